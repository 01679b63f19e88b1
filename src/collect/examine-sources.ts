import { ThroughlineError } from '../errors.js'
import { type Finding, finding } from '../finding.js'
import type { Storage } from '../storage/storage.js'
import type { Sources } from './raw-objects.js'

/** Whether there is an object below the prefix of each source that has one. */
export async function examineSources(raw: Storage, sources: Sources): Promise<Finding[]> {
  const found: Finding[] = []
  for (const [source, { prefix }] of Object.entries(sources)) {
    if (prefix === undefined) continue
    found.push(await finding(`source ${source}`, () => firstBelow(raw, source, prefix)))
  }
  return found
}

async function firstBelow(raw: Storage, source: string, prefix: string): Promise<string> {
  for await (const { key } of raw.list(prefix)) return `first key ${JSON.stringify(key)}`
  throw new ThroughlineError({
    code: 'source',
    at: `sources.${source}.prefix`,
    expected: `objects whose keys begin with ${JSON.stringify(prefix)}`,
    found: 'none',
    remedy: 'Correct the prefix, or wait for the export: a run needs one source that has objects.',
  })
}
