import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Bucket, type ObjectVersion, setVersions } from './bucket.js'

/** Brings a bucket in line with its folder: files put or edited there by hand are objects too. */
export async function adoptFiles(root: string, bucket: Bucket): Promise<void> {
  for (const [key, versions] of bucket.versions) {
    const present = versions.filter((one) => one.isDeleteMarker || exists(root, one.file))
    setVersions(bucket, key, present)
  }
  const folder = path.join(root, bucket.name)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(bucket.name, name)
    if (!exists(root, file)) continue
    const key = name.split(path.sep).join('/')
    const { size, mtimeMs } = statSync(path.join(root, file))
    const versions = bucket.versions.get(key) ?? []
    const isKnown = versions.some(
      (one) => one.file === file && one.bytes === size && one.fileTime === mtimeMs,
    )
    if (isKnown) continue
    const others = versions.filter((one) => one.file !== file)
    setVersions(bucket, key, [...others, await adopted(root, key, file)])
  }
}

const exists = (root: string, file: string): boolean =>
  statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile() === true

async function adopted(root: string, key: string, file: string): Promise<ObjectVersion> {
  const md5 = createHash('md5')
  for await (const chunk of createReadStream(path.join(root, file))) md5.update(chunk)
  const { size, mtimeMs } = statSync(path.join(root, file))
  return {
    key,
    versionId: randomUUID(),
    etag: md5.digest('hex'),
    bytes: size,
    modifiedAt: Math.trunc(mtimeMs),
    headers: {},
    checksums: {},
    tags: [],
    file,
    fileTime: mtimeMs,
  }
}
