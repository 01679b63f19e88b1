import { existsSync } from 'node:fs'
import type { Config } from './config.js'
import { basisOfRun } from './publish/manifest.js'
import { databaseOf } from './state/state-files.js'
import { stateFolderOf } from './state/state-folder.js'
import type { Storage } from './storage/storage.js'

/** Why a run that does not go on from what is kept makes every table again. */
export async function whyFull(
  config: Config,
  {
    warehouse,
    release,
    configHash,
  }: { warehouse: Storage; release: string | null; configHash: string },
): Promise<string> {
  if (release === null) return 'the warehouse has no release'
  const folder = stateFolderOf(config)
  if (folder === undefined)
    return 'nothing is kept between runs (run.state_folder: none, or an engine that keeps no tables)'
  const basis = await basisOfRun(warehouse, release)
  if (basis && basis.config_hash !== configHash)
    return `config, project files or version are not those of release ${release}`
  if (!existsSync(databaseOf(folder)))
    return `${folder} holds no tables to go on from, and no checkpoint fits`
  return `the tables in ${folder} are of another config or version or cannot be read, or most objects are new or gone`
}
