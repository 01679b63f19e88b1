import { columnsOf } from '../contract.js'
import type { Column, Engine, Row, Settings } from '../engines/engine.js'
import { identityKernels } from '../identity/kernels.js'
import type { Kernel } from '../kernel.js'
import { inLineageOrder, type Model, readModels } from '../models.js'
import { brokenChecks } from './broken-checks.js'
import { contracts, givenTable } from './engine.js'

/** The settings that kernels of the stage read, as `config/default.yaml` has them. */
const kernelSettings: Settings = { identity_name_conflicts: true, identity_name_agreement: true }

/** One record as a test writes it: who, when and where from; the rest of the contract's columns is filled in. */
export interface TestRecord {
  id: string
  /** `type=value`, in any order. */
  identifiers: readonly string[]
  /** `name=value`. */
  attributes?: readonly string[]
  at?: string
  source?: string
}

const separator = String.fromCharCode(31)

/** Fills `events` and the history of the previous run. */
export async function givenRecords(
  engine: Engine,
  records: readonly TestRecord[],
  history: readonly Row[] = [],
): Promise<void> {
  await givenTable(engine, 'events', records.map(eventOf))
  await engine.execute(
    'create or replace table main.events as select * replace (id_of(identifiers) as identifier_set_id) from main.events',
  )
  await givenTable(engine, 'previous_customer_history', history)
}

const eventOf = (record: TestRecord): Row => ({
  record_id: record.id,
  record_kind: 'touchpoint',
  source: record.source ?? 'test',
  occurred_at: record.at ?? '2024-06-01 12:00:00',
  identifiers: record.identifiers.join(separator),
  attributes: record.attributes ? record.attributes.join(separator) : null,
})

/** Runs the models and kernels of the stage in lineage order on the tables given. */
export async function runIdentity(engine: Engine, settings: Settings = {}): Promise<void> {
  for (const producer of await stageProducers()) {
    if ('run' in producer) {
      await producer.run(engine, { settings: { ...kernelSettings, ...settings } })
    } else {
      await engine.createTable(producer.table, producer.select)
    }
  }
}

let producers: Promise<(Model | Kernel)[]> | undefined

const stageProducers = (): Promise<(Model | Kernel)[]> => {
  producers ??= readModels().then((models) =>
    inLineageOrder([...models.filter(({ stage }) => stage === 'identity'), ...identityKernels]),
  )
  return producers
}

/** What the stage's tables break of their contracts: checks, and columns that are not the contract's. */
export async function brokenRules(engine: Engine): Promise<string[]> {
  const tables = (await stageProducers()).flatMap((p) => ('makes' in p ? p.makes : [p.table]))
  const broken = await brokenChecks(engine, tables)
  for (const table of tables) {
    const found = await engine.describe(`select * from ${table}`)
    const expected = columnsOf(contracts.get(table)!)
    if (textOf(found) !== textOf(expected)) broken.push(`${table}: columns are not the contract's`)
  }
  return broken
}

const textOf = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `${name} ${type}`).join()

/** Customer id by record id. */
export async function customersByRecord(engine: Engine): Promise<Map<string, string>> {
  const rows = await engine.query(
    `select e.record_id, s.customer_id from events e
    join identity_sets s on s.identifier_set_id = e.identifier_set_id order by e.record_id nulls last`,
  )
  return new Map(rows.map((row) => [String(row.record_id), String(row.customer_id)]))
}

/** The current history as rows that a next run can be given. */
export const historyRows = (engine: Engine): Promise<Row[]> =>
  engine.query(
    `select identifier_set_id, revision, customer_id, change, previous_customer_id,
      cast(valid_from as string) as valid_from, cast(valid_to as string) as valid_to, is_current
    from customer_history order by identifier_set_id nulls last, revision nulls last`,
  )
