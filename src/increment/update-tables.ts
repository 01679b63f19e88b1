import { type Contract, columnsOf, isOfRelease } from '../contract.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import { exportTable } from '../export-tables.js'
import { exportFolderOf, type Inputs, type MakeOptions } from '../make-tables.js'
import type { LineageNode } from '../models.js'
import type { KeptTable, TableOutput } from '../publish/upload.js'
import { restate } from '../restate/restate.js'
import { runByLineage } from '../run-by-lineage.js'
import { timed } from '../timed.js'
import type { Increment } from './changes.js'
import { remake } from './remake.js'

/** What the steps of an update share. */
export interface Making {
  options: MakeOptions
  inputs: Inputs
  contracts: ReadonlyMap<string, Contract>
  seconds: Record<string, number>
  sessions: readonly EmbeddedEngine[]
  increment: Increment
}

/** A step of an update: it may begin when what it reads is up to date. */
interface Step extends LineageNode {
  work(session: EmbeddedEngine): Promise<void>
}

/** Brings every table up to date, and returns the published ones, by name. */
export async function updateAndWrite(making: Making): Promise<(TableOutput | KeptTable)[]> {
  const { contracts, inputs, increment } = making
  const tables: (TableOutput | KeptTable)[] = []
  // Steps of their own, since no other waits for a file.
  const writes = [...contracts.values()]
    .filter((contract) => contract.published && !isOfRelease(contract))
    .map((contract) => ({
      table: `file of ${contract.table}`,
      reads: [contract.table],
      work: async (session: EmbeddedEngine) => {
        const contentHash = increment.hashes.get(contract.table)!
        tables.push(await output(session, contract, contentHash, inputs))
      },
    }))
  await updateAll(making, { after: writes })
  return tables
}

/** Makes the tables of the release, once all others are up to date, and returns those that are published. */
export async function restateAndWrite(
  { options, contracts, inputs, increment, seconds }: Making,
  asOf: number,
): Promise<(TableOutput | KeptTable)[]> {
  const { engine, hashes } = increment
  options.onProgress?.('comparing with the last release')
  await timed(seconds, 'restatements', () =>
    restate({ options, inputs, contracts, engine, hashes, asOf, hasNotes: true }),
  )
  const tables: (TableOutput | KeptTable)[] = []
  for (const contract of [...contracts.values()].filter(isOfRelease)) {
    if (!contract.published) continue
    const hash = await engine.contentHash(contract.table, columnsOf(contract))
    hashes.set(contract.table, hash)
    tables.push(await output(engine, contract, hash, inputs))
  }
  return tables
}

/** Brings every table that models and kernels make up to date but for some; `after` are steps that follow others. */
export async function updateAll(
  { options, seconds, increment, sessions }: Making,
  { except = [], after = [] }: { except?: readonly string[]; after?: readonly Step[] },
): Promise<void> {
  const recordsPerSlice = options.config.engine.slice_records
  const due = increment.producers.filter(({ table }) => !except.includes(table))
  const updates = due.map((producer) => ({
    ...producer,
    work: async (session: EmbeddedEngine) => {
      options.onProgress?.(`updating ${producer.table}`)
      await timed(seconds, producer.table, () =>
        remake({ ...increment, engine: session }, producer, recordsPerSlice),
      )
    },
  }))
  await runByLineage([...updates, ...after], sessions, (session, step: Step) => step.work(session))
}

/** A table that is as in the last release is not written again. */
async function output(
  engine: EmbeddedEngine,
  contract: Contract,
  contentHash: string,
  { previous, workFolder }: Inputs,
): Promise<TableOutput | KeptTable> {
  const { table, version } = contract
  const last = previous?.tables[table]
  if (last?.content_hash === contentHash && last.contract_version === version)
    return { table, kept: last }
  const file = await exportTable(engine, contract, exportFolderOf(workFolder))
  return { table, file, contentHash, contractVersion: version }
}
