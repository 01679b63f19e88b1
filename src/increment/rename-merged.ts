import path from 'node:path'
import { type Contract, hasColumn } from '../contract.js'
import type { Column } from '../engines/engine.js'
import type { Model } from '../models.js'
import type { Pipeline } from '../producers.js'
import { builtInFolder } from '../project.js'
import type { Increment } from './changes.js'
import type { KnownMerge } from './known-merges.js'
import { newRows, withdrawn } from './take-in.js'

const parts = 'merged_parts'
const partColumns: readonly Column[] = [
  { name: 'part_id', type: 'string' },
  { name: 'object_id', type: 'string' },
  { name: 'object_key', type: 'string' },
  { name: 'etag', type: 'string' },
  { name: 'bytes', type: 'bigint' },
]

/**
 * Gives the rows of merged objects the id of the one that they became; row numbers stay, since they are offsets.
 * The ledger, and whatever else tells keys of objects, has the merged object instead of its parts.
 */
export async function renameMerged(
  { engine, contracts }: Increment,
  merges: readonly KnownMerge[],
): Promise<void> {
  if (merges.length === 0) return
  const rows = merges.flatMap(({ object, parts }) =>
    parts.map((part) => ({
      part_id: part,
      object_id: object.objectId,
      object_key: object.key,
      etag: object.etag,
      bytes: object.bytes,
    })),
  )
  await engine.writeScratchRows(parts, partColumns, rows)
  for (const { table } of [...contracts.values()].filter(holdsObjectIds))
    await engine.execute(
      `update ${table} set object_id = p.object_id from ${parts} p where p.part_id = ${table}.object_id`,
    )
  await engine.insertInto(
    newRows('object_reads'),
    `select p.object_id, max(o.source), max(p.object_key), max(p.etag), max(p.bytes), max(o.status),
       cast(sum(o.rows_read) as bigint)
     from object_reads o join ${parts} p on p.part_id = o.object_id
     group by p.object_id`,
  )
  await engine.insertInto(withdrawn, `select part_id from ${parts}`)
  await engine.dropScratchTables([parts])
}

/**
 * Models of one's own that ask of which object rows are, by table: nobody knows what they make of it, so they are made anew
 * when objects have become one.
 */
export const ownModelsOfObjects = ({ producers, contracts }: Pipeline): string[] =>
  producers
    .filter((producer) => 'file' in producer && !isBuiltIn(producer) && asksForObjects(producer))
    .filter(({ reads }) => reads.some((table) => hasColumn(contracts.get(table)!, 'object_id')))
    .map(({ table }) => table)

const builtInModels = path.join(builtInFolder, 'pipelines') + path.sep

const isBuiltIn = ({ file }: Pick<Model, 'file'>): boolean => file.startsWith(builtInModels)

/** By its name, or among all columns. */
const asksForObjects = ({ select }: Pick<Model, 'select'>): boolean =>
  /\bobject_id\b|(\bselect\s+|,\s*|\.)\*/i.test(select)

/** Stored tables whose rows name their object by its id alone; those with a key of it are made again. */
const holdsObjectIds = (contract: Contract): boolean =>
  (contract.kind === 'collect' || contract.kind === 'model') &&
  !contract.isView &&
  hasColumn(contract, 'object_id') &&
  !hasColumn(contract, 'object_key')
