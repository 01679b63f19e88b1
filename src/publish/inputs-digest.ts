import { createHash } from 'node:crypto'
import { compareKeys } from '../storage/keys.js'

export interface InputVersion {
  key: string
  etag: string
  bytes: number
}

/** Digest of all that decides the tables: equal to the last release's means that nothing is new. */
export function inputsDigest(
  objects: readonly InputVersion[],
  configHash: string,
  version: string,
): string {
  const inputs = objects
    .map(({ key, etag, bytes }) => [key, etag, bytes] as const)
    .sort(([a], [b]) => compareKeys(a, b))
  const text = JSON.stringify({ inputs, configHash, version })
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
