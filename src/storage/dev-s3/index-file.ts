import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type Bucket, emptyBucket, type ObjectVersion, setVersions } from './bucket.js'

// One JSON line for each change, the last line of a key counts: a killed server loses at most a torn line.
type Line =
  | { bucket: { createdAt: number; isVersioned: boolean } }
  | { key: string; versions: ObjectVersion[] }

/** Notes the versions of one key. */
export const noteVersions = (file: string, key: string, versions: ObjectVersion[]): void =>
  append(file, { key, versions })

/** Notes the settings of the bucket. */
export const noteBucket = (file: string, { createdAt, isVersioned }: Bucket): void =>
  append(file, { bucket: { createdAt, isVersioned } })

const append = (file: string, line: Line): void => appendFileSync(file, `${JSON.stringify(line)}\n`)

/** Reads what was noted; a bucket without notes is empty. */
export function readIndex(file: string, name: string): Bucket {
  const bucket = emptyBucket(name, Date.now())
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const noted = parsed(line)
    if (noted === undefined) continue
    if ('bucket' in noted) Object.assign(bucket, noted.bucket)
    else setVersions(bucket, noted.key, noted.versions)
  }
  return bucket
}

/** Rewrites the file with one line for each key. */
export function compactIndex(file: string, bucket: Bucket): void {
  const { createdAt, isVersioned } = bucket
  const lines: Line[] = [{ bucket: { createdAt, isVersioned } }]
  for (const [key, versions] of bucket.versions) lines.push({ key, versions })
  writeFileSync(`${file}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  renameSync(`${file}.new`, file)
}

function parsed(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line
  } catch {
    return undefined
  }
}
