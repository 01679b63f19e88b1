import { type Contract, columnsOf, isOfRelease } from '../contract.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import { exportTable } from '../export-tables.js'
import { exportFolderOf, type Inputs, type MakeOptions } from '../make-tables.js'
import { type LineageNode, madeBy } from '../models.js'
import type { KeptTable, TableOutput } from '../publish/upload.js'
import {
  beginRestating,
  findRestated,
  listRestated,
  type Restating,
  restatedTables,
} from '../restate/restate.js'
import { runByLineage } from '../run-by-lineage.js'
import { timed } from '../timed.js'
import type { Increment } from './changes.js'
import { remake } from './remake.js'
import { dropHeldRows } from './remake-view.js'
import { dropRowsAtHand } from './rows-at-hand.js'

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

/** Of a published table: one that is as in the last release is not written again. */
type Written = TableOutput | KeptTable

/**
 * Brings every table up to date, and then those of the release; returns the published ones. To write a file and to compare
 * a table with the last release are steps of their own, since no other has to wait for them.
 */
export async function updateAndWrite(making: Making, asOf: number): Promise<Written[]> {
  const { options, contracts, inputs, increment } = making
  const { engine, hashes } = increment
  const restating = { options, inputs, contracts, engine, hashes, asOf, hasNotes: true }
  await beginRestating(restating)
  const written: Written[] = []
  const comparisons = comparisonsOf(making, restating)
  const release = releaseStep(making, restating, { comparisons, written })
  await updateAll(making, { after: [...comparisons, release, ...writesOf(making, written)] })
  return written
}

/** Steps that find rows which the last release said otherwise; a step is named in the place of a table. */
const comparisonsOf = ({ contracts, seconds }: Making, restating: Restating): Step[] =>
  restatedTables(contracts).map((contract) => {
    const step = `comparison of ${contract.table}`
    return {
      table: step,
      reads: [contract.table],
      work: (session) =>
        timed(seconds, step, () => findRestated({ ...restating, engine: session }, contract)),
    }
  })

const writesOf = (making: Making, written: Written[]): Step[] =>
  publishedTables(making).map(({ contract, weight }) => ({
    table: `file of ${contract.table}`,
    reads: [contract.table],
    weight,
    work: async (session) => {
      written.push(await output(making, session, contract))
    },
  }))

/** The last step, but for files. */
const releaseStep = (
  making: Making,
  restating: Restating,
  { comparisons, written }: { comparisons: readonly Step[]; written: Written[] },
): Step => ({
  table: 'tables of the release',
  reads: [...making.increment.producers, ...comparisons].flatMap(madeBy),
  work: async (session) => {
    written.push(...(await restateAndWrite(making, { ...restating, engine: session })))
  },
})

/** To write a whole release takes about as long as so many steps of an update. */
const stepsOfWriting = 20

/** Published tables that models and kernels make, each with its share of the work of writing them, told from the last release. */
function publishedTables({ contracts, inputs }: Making): { contract: Contract; weight: number }[] {
  const published = [...contracts.values()].filter(
    (contract) => contract.published && !isOfRelease(contract),
  )
  const bytesOf = ({ table }: Contract) => inputs.previous?.tables[table]?.bytes ?? 0
  const allBytes = published.reduce((bytes, contract) => bytes + bytesOf(contract), 0)
  return published.map((contract) => ({
    contract,
    weight: 1 + (stepsOfWriting * bytesOf(contract)) / Math.max(1, allBytes),
  }))
}

/** Makes the tables of the release, once all others are up to date, and returns those that are published. */
async function restateAndWrite(
  making: Making,
  restating: Restating & { engine: EmbeddedEngine },
): Promise<Written[]> {
  const { options, contracts, seconds, increment } = making
  const { engine } = restating
  options.onProgress?.('comparing with the last release')
  await timed(seconds, 'restatements', () => listRestated(restating))
  const written: Written[] = []
  for (const contract of [...contracts.values()].filter(isOfRelease)) {
    if (!contract.published) continue
    const contentHash = await engine.contentHash(contract.table, columnsOf(contract))
    increment.hashes.set(contract.table, contentHash)
    written.push(await output(making, engine, contract))
  }
  return written
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
  await dropRowsAtHand(increment)
  await dropHeldRows(increment)
}

async function output(
  { inputs: { previous, workFolder }, increment }: Making,
  session: EmbeddedEngine,
  contract: Contract,
): Promise<Written> {
  const { table, version } = contract
  const contentHash = increment.hashes.get(table)!
  const last = previous?.tables[table]
  if (last?.content_hash === contentHash && last.contract_version === version)
    return { table, kept: last }
  const file = await exportTable(session, contract, exportFolderOf(workFolder))
  return { table, file, contentHash, contractVersion: version }
}
