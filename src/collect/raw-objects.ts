import type { SourceConfig } from '../config.js'
import { ThroughlineError } from '../errors.js'
import { absentFolder } from '../storage/absent-folder.js'
import type { Storage, StoredObject } from '../storage/storage.js'
import { type LogPlace, listLogObjects } from './log-objects.js'
import { hashOf } from './object-id.js'

/** An object to read and the source that reads it. */
export interface RawObject extends StoredObject {
  objectId: string
  source: string
  /** Of an object that holds archived records of a log: which ones. */
  log?: LogPlace
}

/** Where objects lie: those of exporters, and the archived records of logs. */
export interface Zones {
  raw: Storage
  archive: Storage
}

export type Sources = Readonly<Record<string, SourceConfig>>

/** Every object below a source's prefix or of its topic, sources in order of name, objects in order of key. */
export async function listRawObjects(zones: Zones, sources: Sources): Promise<RawObject[]> {
  const objects = [...(await listExports(zones.raw, sources)), ...(await listLogs(zones, sources))]
  if (objects.length === 0) throw nothingFound(zones, sources)
  return objects
}

/** Objects of exporters. */
export async function listExports(raw: Storage, sources: Sources): Promise<RawObject[]> {
  const objects: RawObject[] = []
  for (const [source, { prefix }] of Object.entries(sources).sort(byName)) {
    if (prefix === undefined) continue
    for await (const object of raw.list(prefix)) {
      objects.push({ ...object, source, objectId: hashOf(source, object.key) })
    }
  }
  return objects
}

/** Archived records of logs. */
export async function listLogs({ archive }: Zones, sources: Sources): Promise<RawObject[]> {
  const objects: RawObject[] = []
  for (const [source, { topic }] of Object.entries(sources).sort(byName)) {
    if (topic !== undefined) objects.push(...(await listLogObjects(archive, source, topic)))
  }
  return objects
}

export const storageOf = ({ raw, archive }: Zones, { log }: RawObject): Storage =>
  log ? archive : raw

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

/** That an empty zone is meant is never assumed. */
export function nothingFound({ raw }: Zones, sources: Sources): ThroughlineError {
  const prefixes = Object.values(sources).flatMap(({ prefix }) => prefix ?? [])
  const absent = prefixes.length > 0 ? absentFolder(raw) : undefined
  if (absent) return absent
  return new ThroughlineError({
    code: 'source',
    at: raw.url,
    expected: `objects below ${
      prefixes.join(', ') ||
      'the prefix of a source (none has one, and no record of a log is archived)'
    }`,
    found: 'none',
    remedy: 'Check storage.raw and the prefixes of sources in the config.',
  })
}
