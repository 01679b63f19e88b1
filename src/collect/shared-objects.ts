import type { RawObject } from './raw-objects.js'

/** Objects that several sources read, whose rows therefore count once for each of them. */
export interface SharedObjects {
  sources: string[]
  objects: number
  /** Key of the first one. */
  first: string
}

/** What sources share, as they do where the prefix of one begins that of another; by the sources that share it. */
export function sharedObjects(objects: readonly RawObject[]): SharedObjects[] {
  const readers = new Map<string, string[]>()
  for (const { key, source, log } of objects) {
    if (!log) readers.set(key, [...(readers.get(key) ?? []), source])
  }
  const shared = new Map<string, SharedObjects>()
  for (const [key, sources] of readers) {
    if (sources.length === 1) continue
    const group = JSON.stringify(sources)
    const known = shared.get(group) ?? { sources, objects: 0, first: key }
    shared.set(group, { ...known, objects: known.objects + 1 })
  }
  return [...shared.values()]
}
