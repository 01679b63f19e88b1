import type { RawObject } from './collect/raw-objects.js'
import type { SourceConfig } from './config.js'

/** What a run would find of a source. */
export interface PlannedSource {
  source: string
  preset: string
  objects: number
  bytes: number
  /** Objects that the last release was not made of; merged ones of a log are among them. Null where it does not say. */
  new: number | null
  /** Objects that the last release was made of another version of. */
  rewritten: number | null
  /** Objects below the source's prefix that the last release was made of, and that are gone. */
  deleted: number | null
}

/** The sources beside what the last release was made of: etags by key. */
export const plannedSources = (
  sources: Readonly<Record<string, SourceConfig>>,
  objects: readonly RawObject[],
  before: ReadonlyMap<string, string> | undefined,
): PlannedSource[] => {
  const gone = [...(before?.keys() ?? [])].filter(isNoneOf(objects))
  return Object.entries(sources).map(([source, { preset, prefix }]) => {
    const own = objects.filter((object) => object.source === source)
    const bytes = own.reduce((sum, object) => sum + object.bytes, 0)
    return {
      source,
      preset,
      objects: own.length,
      bytes,
      new: before ? own.filter(({ key }) => !before.has(key)).length : null,
      rewritten: before ? own.filter((object) => isRewritten(object, before)).length : null,
      deleted: before
        ? gone.filter((key) => prefix !== undefined && key.startsWith(prefix)).length
        : null,
    }
  })
}

const isNoneOf = (objects: readonly RawObject[]) => {
  const listed = new Set(objects.map(({ key }) => key))
  return (key: string): boolean => !listed.has(key)
}

const isRewritten = ({ key, etag }: RawObject, before: ReadonlyMap<string, string>): boolean =>
  before.has(key) && before.get(key) !== etag
