import type { Release } from '../publish/release.js'

/** Keys of all objects of a warehouse whose releases, first to last, are these, with nothing of the way to them. */
export function warehouseKeys(releases: readonly Release[]): string[] {
  const latest = Object.entries(releases.at(-1)!.tables).flatMap(([table, { files }]) =>
    files.map((_, part) => `latest/${table}/${partName(part)}`),
  )
  const data = releases.flatMap(({ tables }) =>
    Object.values(tables).flatMap(({ folder, files }) =>
      files.map((_, part) => `${folder}${partName(part)}`),
    ),
  )
  const manifests = releases.map(({ release }) => `_runs/${release}/manifest.json`)
  const own = ['_lock.json', '_release.json', 'latest/_release.json']
  return [...new Set([...own, ...manifests, ...data, ...latest])].sort()
}

const partName = (part: number): string => `part-${String(part).padStart(4, '0')}.parquet`
