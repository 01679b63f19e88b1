import { createHash } from 'node:crypto'
import type { SourceConfig } from '../config.js'
import { ThroughlineError } from '../errors.js'
import type { Storage, StoredObject } from '../storage/storage.js'

/** An object of the raw zone and the source that reads it. */
export interface RawObject extends StoredObject {
  objectId: string
  source: string
}

/** Every object below a source's prefix, sources in order of name, objects in order of key. */
export async function listRawObjects(
  storage: Storage,
  sources: Readonly<Record<string, SourceConfig>>,
): Promise<RawObject[]> {
  const objects: RawObject[] = []
  for (const [source, { prefix }] of Object.entries(sources).sort(byName)) {
    for await (const object of storage.list(prefix)) {
      objects.push({ ...object, source, objectId: objectIdOf(source, object.key) })
    }
  }
  if (objects.length === 0) throw nothingFound(storage, sources)
  return objects
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

/** 20 hex digits of sha256, as ids everywhere. */
const objectIdOf = (source: string, key: string): string =>
  createHash('sha256').update(`${source}\u001f${key}`).digest('hex').slice(0, 20)

const nothingFound = (storage: Storage, sources: Readonly<Record<string, SourceConfig>>) =>
  new ThroughlineError({
    code: 'source',
    at: storage.url,
    expected: `objects below ${
      Object.values(sources)
        .map(({ prefix }) => prefix)
        .join(', ') || 'a source (none is configured)'
    }`,
    found: 'none',
    remedy: 'Check storage.raw and the prefixes of sources in the config.',
  })
