import type { Config } from './config.js'
import type { Problem } from './errors.js'
import { placeOf } from './storage/place.js'

/** What a warehouse holds at its top. */
const ownKeys = ['_release.json', '_lock.json', '_runs/', '_doctor/', 'tables/', 'latest/']

/** Sources whose prefix also covers objects of the warehouse: a run would read what the last one wrote. */
export function overlapProblems({ storage, sources }: Config): Problem[] {
  const raw = placeOf(storage.raw)
  const own = ownKeys.map((key) => placeOf(storage.warehouse) + key)
  return Object.entries(sources)
    .filter(([, { prefix }]) => own.some((key) => overlap(raw + prefix, key)))
    .map(([name, { prefix }]) => ({
      at: `sources.${name}.prefix`,
      expected: `objects outside the warehouse ${storage.warehouse}`,
      found: `${JSON.stringify(prefix)} below ${storage.raw}, which covers the warehouse's own objects`,
      remedy: 'Choose another storage.warehouse, or a longer prefix.',
    }))
}

const overlap = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a)
