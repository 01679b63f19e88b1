import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import type { Config } from '../config.js'
import { placeOf } from '../storage/place.js'

/** Word in `run.state_folder` for keeping nothing between runs. */
const keepNothing = 'none'

/**
 * The folder for what runs keep for the next one, a folder a warehouse, however that is spelled; undefined when nothing is
 * kept. It holds personal data, as the exports do.
 */
export function stateFolderOf({ run, storage }: Config): string | undefined {
  if (run.state_folder === keepNothing) return undefined
  const digest = createHash('sha256').update(
    `${storage.endpoint}\u001f${placeOf(storage.warehouse)}`,
  )
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
