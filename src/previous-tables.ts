import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Contract, columnsOf } from './contract.js'
import type { Engine } from './engines/engine.js'
import { ThroughlineError } from './errors.js'
import type { Release, ReleaseTable } from './publish/release.js'
import { isStored } from './publish/upload.js'
import { urlOf } from './storage/place.js'
import type { Storage } from './storage/storage.js'

const prefix = 'previous_'

/** What a run calls a table as the last release left it. */
export const previousOf = (table: string): string => `${prefix}${table}`

/** Whether a contract is of a table as the last release left it. */
export const isPrevious = ({ kind, table }: Contract): boolean =>
  kind === 'run' && table.startsWith(prefix)

/** What a release calls a table that a run reads as it was left. */
export const publishedAs = ({ table }: Contract): string => table.slice(prefix.length)

/** Tables of the last release that this run reads as `previous_<table>`: what keeps ids from moving. */
export async function loadPreviousTables(
  engine: Engine,
  contracts: ReadonlyMap<string, Contract>,
  from: { warehouse: Storage; release: Release | undefined; workFolder: string },
): Promise<void> {
  for (const contract of contracts.values()) {
    if (!isPrevious(contract)) continue
    const published = from.release?.tables[publishedAs(contract)]
    if (!published) await engine.createEmptyTable(contract.table, columnsOf(contract))
    else {
      if (!(await isStored(from.warehouse, published))) throw lostError(published)
      const files = await publishedFiles(engine, published, contract.table, from)
      await engine.readParquet(contract.table, files)
    }
  }
}

/** An engine that reads files where they lie would go on from those that are left, and ids would move. */
const lostError = ({ folder, bytes }: ReleaseTable): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: folder,
    expected: `files of ${bytes} bytes, as the last release left them`,
    found: 'others, or none',
    remedy:
      'Restore them: customers keep their ids by them. To give everybody a new id, publish to an empty warehouse.',
  })

/** The files of a published table as the engine can read them: where they lie, or fetched into the work folder. */
export const publishedFiles = async (
  engine: Engine,
  table: Pick<ReleaseTable, 'files'>,
  name: string,
  from: { warehouse: Storage; workFolder: string },
): Promise<string[]> =>
  engine.isDistributed
    ? table.files.map(({ key }) => urlOf(from.warehouse.url, key))
    : downloadTable(table, name, from)

async function downloadTable(
  { files: published }: Pick<ReleaseTable, 'files'>,
  name: string,
  { warehouse, workFolder }: { warehouse: Storage; workFolder: string },
): Promise<string[]> {
  const folder = path.join(workFolder, 'previous', name)
  await mkdir(folder, { recursive: true })
  const files: string[] = []
  for (const [index, { key }] of published.entries()) {
    const file = path.join(folder, `${index}.parquet`)
    await pipeline(await warehouse.read(key), createWriteStream(file))
    files.push(file)
  }
  return files
}
