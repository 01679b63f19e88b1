import type { Config } from './config.js'
import { workPrefix } from './engines/engine.js'
import type { Problem } from './errors.js'
import { placeOf } from './storage/place.js'

/** What a warehouse holds at its top. */
const ownKeys = [
  '_release.json',
  '_lock.json',
  '_log/',
  '_runs/',
  '_state/',
  '_doctor/',
  workPrefix,
  'tables/',
  'latest/',
]

/** Why raw zone and warehouse are not apart: nothing is ever written to the one, or read from the other. */
export function overlapProblems(config: Config): Problem[] {
  const raw = placeOf(config.storage.raw)
  const warehouse = placeOf(config.storage.warehouse)
  return [
    ...(warehouse.startsWith(raw)
      ? [warehouseInRaw(config, warehouse === raw)]
      : coveredProblems(config, raw, warehouse)),
    ...archiveProblems(config, raw),
  ]
}

/** The archive of logs may lie anywhere but in the raw zone, whose sources could read it again. */
function archiveProblems({ storage, stream }: Config, raw: string): Problem[] {
  if (stream.archive === '' || !placeOf(stream.archive).startsWith(raw)) return []
  return [
    {
      at: 'stream.archive',
      expected: `a place outside the raw zone ${storage.raw}, to which nothing is ever written`,
      found: `${stream.archive}, which is inside it`,
      remedy:
        'Choose another bucket, prefix or folder, or leave it empty for _log/ of the warehouse.',
    },
  ]
}

const warehouseInRaw = ({ storage }: Config, isSame: boolean): Problem => ({
  at: 'storage.warehouse',
  expected: `a place outside the raw zone ${storage.raw}, to which nothing is ever written`,
  found: isSame
    ? `${storage.warehouse}, the same place`
    : `${storage.warehouse}, which is inside it`,
  remedy: 'Choose another bucket, prefix or folder for storage.warehouse or storage.raw.',
})

/** Sources whose prefix also covers objects of the warehouse: a run would read what the last one wrote. */
function coveredProblems({ storage, sources }: Config, raw: string, warehouse: string): Problem[] {
  const own = ownKeys.map((key) => warehouse + key)
  return Object.entries(sources)
    .filter(
      ([, { prefix }]) => prefix !== undefined && own.some((key) => overlap(raw + prefix, key)),
    )
    .map(([name, { prefix }]) => ({
      at: `sources.${name}.prefix`,
      expected: `objects outside the warehouse ${storage.warehouse}`,
      found: `${JSON.stringify(prefix)} below ${storage.raw}, which covers the warehouse's own objects`,
      remedy: 'Choose another storage.warehouse or storage.raw.',
    }))
}

const overlap = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a)
