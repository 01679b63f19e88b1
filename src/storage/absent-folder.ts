import { existsSync } from 'node:fs'
import { ThroughlineError } from '../errors.js'
import { localRootOf } from './local-paths.js'
import { isBucketUrl, type Storage } from './storage.js'

/** Why nothing can be read from a local folder that does not exist: a listing shows it as empty. Undefined for others. */
export function absentFolder({ url }: Pick<Storage, 'url'>): ThroughlineError | undefined {
  if (isBucketUrl(url) || existsSync(localRootOf(url))) return undefined
  return new ThroughlineError({
    code: 'source',
    at: url,
    expected: 'a folder of exports',
    found: `none: the folder ${localRootOf(url)} does not exist`,
    remedy:
      'Correct storage.raw in the config; a relative path starts where the command is called.',
  })
}
