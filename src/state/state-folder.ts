import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import type { Config } from '../config.js'
import { localRootOf } from '../storage/local-paths.js'
import { isBucketUrl } from '../storage/storage.js'

/** Word in `run.state_folder` for keeping nothing between runs. */
const keepNothing = 'none'

/**
 * The folder for what runs keep for the next one, a folder a warehouse, wherever a command is called from; undefined when
 * nothing is kept. It holds personal data, as the exports do.
 */
export function stateFolderOf({ run, storage }: Config): string | undefined {
  if (run.state_folder === keepNothing) return undefined
  const { endpoint, warehouse } = storage
  const place = isBucketUrl(warehouse) ? warehouse : localRootOf(warehouse)
  const digest = createHash('sha256').update(`${endpoint}\u001f${place}`)
  return path.join(run.state_folder || userFolder(), digest.digest('hex').slice(0, 16))
}

/** The config of whoever keeps nothing between runs, whatever it says. */
export const withoutState = (config: Config): Config => ({
  ...config,
  run: { ...config.run, state_folder: keepNothing },
})

/** Where programs keep what is worth keeping between runs but can be made again (XDG base directories). */
const userFolder = (): string =>
  path.join(process.env.XDG_STATE_HOME || path.join(os.homedir(), '.local', 'state'), 'throughline')
