import type { Config } from '../config.js'
import { engineModule } from '../engine-module.js'
import { ThroughlineError } from '../errors.js'
import { databaseOf, forgetState } from './state-files.js'
import { stateFolderOf } from './state-folder.js'

/** What to tell of an error on kept tables: where these are damaged nobody can go on from them, and they are removed. */
export async function withoutDamaged(config: Config, error: unknown): Promise<unknown> {
  const { tellsOfDamage } = await engineModule(config)
  if (!tellsOfDamage?.(error)) return error
  await forgetState(config)
  return new ThroughlineError({
    code: 'machine',
    at: databaseOf(stateFolderOf(config)!),
    expected: 'the tables as the last run has kept them',
    found: 'damaged ones',
    remedy:
      'They are removed: run again, from a checkpoint or in full, and look at the disk if it comes again.',
    retryable: true,
    cause: error,
  })
}
