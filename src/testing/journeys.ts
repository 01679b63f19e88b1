import { columnsOf } from '../contract.js'
import type { Engine, Row, Settings } from '../engines/engine.js'
import { inLineageOrder, type Model, readModels } from '../models.js'
import { brokenChecks } from './broken-checks.js'
import { contracts, withEngine } from './engine.js'

const models: readonly Model[] = inLineageOrder(
  (await readModels()).filter(({ stage }) => stage === 'journeys'),
)

/**
 * Fills `events` from a SELECT that names at least customer, occurred_at and event_type, one customer an
 * identifier set, and row_number where the order of ties matters; the rest has the defaults of a web export.
 */
export async function fillEvents(engine: Engine, select: string): Promise<void> {
  await engine.createEmptyTable('events', columnsOf(contracts.get('events')!))
  await engine.createEmptyTable('identity_sets', columnsOf(contracts.get('identity_sets')!))
  await engine.createEmptyTable('sources', columnsOf(contracts.get('sources')!))
  const given = new Set((await engine.describe(select)).map(({ name }) => name))
  const own = [...given].filter((name) => name !== 'customer').map((name) => `x.${name}`)
  const defaults: Readonly<Record<string, string>> = {
    object_id: `'test'`,
    row_number: 'row_number() over ()',
    record_no: '0',
    source: `'test'`,
    record_kind: `'touchpoint'`,
    record_id: given.has('row_number') ? `id_of(cast(x.row_number as string))` : 'id_of(uuid())',
    time_precision: `'instant'`,
    stream: `'web'`,
    is_bot: 'false',
    identifiers: 'x.customer',
    identifier_set_id: 'x.customer',
  }
  const padding = Object.entries(defaults)
    .filter(([name]) => !given.has(name))
    .map(([name, value]) => `${value} as ${name}`)
  await engine.execute(
    `insert into main.events by name select ${[...own, ...padding].join(', ')} from (${select}) x`,
  )
  await engine.execute(
    `insert into main.identity_sets by name select identifier_set_id, identifier_set_id as customer_id
     from main.events group by identifier_set_id`,
  )
}

/**
 * Runs the models of the stage on the events that `fill` made (all, or those that make `wanted`), asserts the keys
 * and checks of their contracts, then uses the tables.
 */
export async function withJourneys(
  settings: Settings,
  fill: (engine: Engine) => Promise<void>,
  use: (engine: Engine) => Promise<void>,
  wanted: readonly string[] = models.map(({ table }) => table),
): Promise<void> {
  await withEngine(settings, async (engine) => {
    await fill(engine)
    const needed = ancestors(wanted)
    for (const { table, select } of needed) await engine.createTable(table, select)
    const broken =
      needed.length === models.length
        ? await brokenChecks(
            engine,
            models.map(({ table }) => table),
          )
        : []
    if (broken.length > 0) throw new Error(`broken checks: ${broken.join('; ')}`)
    await use(engine)
  })
}

function ancestors(wanted: readonly string[]): Model[] {
  const needed = new Set(wanted)
  for (const { table, reads } of [...models].reverse())
    if (needed.has(table)) for (const read of reads) needed.add(read)
  return models.filter(({ table }) => needed.has(table))
}

/** Rows as comparable lines: numbers rounded to `digits` places, in the order of the query. */
export async function lines(engine: Engine, sql: string, digits = 9): Promise<string[]> {
  return (await engine.query(sql)).map((row) => line(row, digits))
}

const line = (row: Row, digits: number): string =>
  Object.values(row)
    .map((value) => {
      const plain = String(value)
      return value !== null && /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(plain)
        ? String(Number(Number(plain).toFixed(digits)))
        : plain
    })
    .join(' | ')
