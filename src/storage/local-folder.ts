import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorCodeOf } from './local-version.js'

/** Enough for a folder that other processes remove again while it is empty. */
const maxTries = 5

/**
 * Makes a folder and those above it, or throws why it cannot. Node's own recursive form tries for ever where the
 * parent exists and denies it, as everything below /proc does.
 */
export async function makeFolder(folder: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(folder)
      return
    } catch (error) {
      const found = await stat(folder).catch(() => undefined)
      if (found?.isDirectory()) return
      const mayPass = found === undefined && ['ENOENT', 'EEXIST'].includes(errorCodeOf(error))
      if (!mayPass || tries === maxTries) throw error
      await makeFolder(path.dirname(folder))
    }
  }
}
