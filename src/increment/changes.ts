import { type Contract, hasColumn, type Slice, sliceColumn } from '../contract.js'
import type { EmbeddedEngine, Settings } from '../engines/engine.js'
import type { Producer } from '../producers.js'
import type { Groups } from './groups.js'
import type { RowsAtHand } from './rows-at-hand.js'

/**
 * How far a table differs from what it was: not at all, by values that it had not and that changed rows alone carry, in the
 * rows of the keys in `changed_<table>`, or anywhere.
 */
export type Change = 'none' | 'values' | 'rows' | 'whole'

/** What an increment is for: a release, or a batch that a later release will show. */
export type Purpose = 'release' | 'batch'

/** What the steps of an increment share. */
export interface Increment {
  purpose: Purpose
  engine: EmbeddedEngine
  contracts: ReadonlyMap<string, Contract>
  producers: readonly Producer[]
  settings: Settings
  /** Whether the run's point in time has moved since the last run. */
  time: 'same' | 'later' | 'earlier'
  /** Point in time since which the passing of time alone has changed no row, once the increment is done. */
  settledMicros: number
  /** Of the tables that are up to date by now; others have not changed yet. */
  changes: Map<string, Change>
  /** Tables that earlier batches have left as they were, whatever changed of their inputs. */
  overdue: ReadonlySet<string>
  /** Tables that are made whatever changed of their inputs, and count as others throughout: of what has changed, nothing is noted. */
  anew: ReadonlySet<string>
  groups: Groups
  /** Views whose rows of touched customers are being gathered, or were; see `gatherViews`. */
  gathered: Map<string, Promise<void>>
  /** By table or view; see `rowsAtHand`. */
  atHand: Map<string, RowsAtHand>
  /** Content hashes of the published tables. */
  hashes: Map<string, string>
}

/** Where the keys of changed rows are, while the increment lasts. */
export const changedKeys = (table: string): string => `changed_${table}`

/** Keys that later tables may be sliced by, the finest first. */
const keyColumns = (['record', 'object', 'identifier_set', 'customer'] as const).map(sliceColumn)

export const keysOf = (contract: Contract): string[] =>
  keyColumns.filter((column) => hasColumn(contract, column))

export const changeOf = ({ changes }: Increment, table: string): Change =>
  changes.get(table) ?? 'none'

/** Whether a table is made key by key: not whole, group by group or value by value. */
export const isCut = (slice: Slice | undefined): slice is Exclude<Slice, 'group' | 'value'> =>
  slice !== undefined && slice !== 'group' && slice !== 'value'

/** Column that the slices of a table are cut by, if it is. */
export const cutBy = ({ slice }: Contract): string | undefined =>
  isCut(slice) ? sliceColumn(slice) : undefined

/** Notes the keys of the rows that two relations do not share, row for row; copies of a row count one by one. */
export async function noteChanges(
  increment: Increment,
  contract: Contract,
  { before, after }: { before: string; after: string },
): Promise<Change> {
  const columns = comparedColumns(contract).join(', ')
  return noteDiffering(
    increment,
    contract,
    `select ${columns} from (
      select ${columns}, 1 as copies from ${before}
      union all
      select ${columns}, -1 as copies from ${after}
    ) as counted
    group by ${columns}
    having sum(copies) <> 0`,
  )
}

/** Notes the keys of rows that differ from what they were; none where the SELECT returns none. */
export async function noteDiffering(
  { engine, changes }: Increment,
  contract: Contract,
  rows: string,
): Promise<Change> {
  const keys = keysOf(contract)
  const differing = await engine.fillScratchTable(
    changedKeys(contract.table),
    `select distinct ${keys.length > 0 ? keys.join(', ') : '1 as differs'} from (${rows}) as differing`,
  )
  const change = differing === 0 ? 'none' : keys.length > 0 ? 'rows' : 'whole'
  changes.set(contract.table, change)
  return change
}

/** When an object was written says nothing of what its rows say. */
export const comparedColumns = ({ columns }: Contract): string[] =>
  columns.map(({ name }) => name).filter((name) => name !== 'loaded_at')
