import { readLatest } from '../publish/latest.js'
import { readRelease } from '../publish/release.js'
import { isStored } from '../publish/upload.js'
import type { Storage } from '../storage/storage.js'

/** The release that counts, if each file of it is there and `latest/` shows it. */
export async function wholeRelease(warehouse: Storage): Promise<string | undefined> {
  const { release } = (await readRelease(warehouse))!
  for (const table of Object.values(release.tables))
    if (!(await isStored(warehouse, table))) return undefined
  const latest = await readLatest(warehouse)
  const isShown = latest?.files.every(({ key }) => key.startsWith('latest/'))
  return isShown && latest?.release === release.release ? release.release : undefined
}
