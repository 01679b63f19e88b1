import { buffer } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import { ThroughlineError } from '../../errors.js'
import type { Storage } from '../../storage/storage.js'
import { markerKey, type PinnedFile, readLatest } from '../latest.js'
import { readRelease } from '../release.js'
import { digestOf, type SampleReleases } from './sample-releases.js'

/** Follows the pointer and returns which sample release it names; throws unless that is there whole. */
export async function followPointer(
  storage: Storage,
  samples: SampleReleases,
): Promise<0 | 1 | undefined> {
  const current = await readRelease(storage)
  if (current === undefined) return undefined
  const tables = Object.entries(current.release.tables)
  const variant = variantOf(
    await digestsOf(
      storage,
      tables.flatMap(([table, { files }]) => files.map((file) => ({ table, ...file }))),
    ),
    samples,
  )
  const said = tables.map(([table, { rows, content_hash }]) => [table, rows, content_hash])
  const written = samples.outputs[variant].map(({ table, file, contentHash }) => [
    table,
    file.rows,
    contentHash,
  ])
  requireEqual(said.sort(byTable), written.sort(byTable))
  return variant
}

/** Reads `latest/` as its contract says: which files belong together, each in the version that was named. */
export async function followLatest(
  storage: Storage,
  samples: SampleReleases,
): Promise<0 | 1 | undefined> {
  for (let tries = 1; ; tries++) {
    const latest = await readLatest(storage)
    if (latest === undefined) return undefined
    try {
      return variantOf(await digestsOf(storage, latest.files), samples)
    } catch (error) {
      const isReplaced = error instanceof ThroughlineError && error.code === 'source'
      if (!isReplaced || tries === 20) throw error
    }
  }
}

/**
 * Reads all of `latest/` by path: what was read is one release if the marker said complete before and says the
 * same after. Undefined when it does not.
 */
export async function pathsLatest(
  storage: Storage,
  samples: SampleReleases,
): Promise<0 | 1 | undefined> {
  const before = await storage.readText(markerKey)
  if (before === undefined || JSON.parse(before.text).state !== 'complete') return undefined
  const digests = await globLatest(storage, samples)
  const after = await storage.readText(markerKey)
  return after?.text === before.text ? variantOf(digests, samples) : undefined
}

/** Lists `latest/` like a tool that takes a path; each table must be one whole file of one release. */
export async function globLatest(
  storage: Storage,
  samples: SampleReleases,
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const table of samples.digests[1].keys()) {
    const keys = []
    for await (const { key } of storage.list(`latest/${table}/`)) keys.push(key)
    if (keys.length > 1) throw new Error(`${table}: ${keys.length} files`)
    const digest = keys[0] && (await digestOfPath(storage, keys[0]))
    if (digest === undefined) continue
    if (!samples.digests.some((digests) => digests.get(table) === digest)) {
      throw new Error(`latest/${table} is of no release`)
    }
    found.set(table, digest)
  }
  return found
}

/** Undefined when a refresh has just removed the table. */
const digestOfPath = async (storage: Storage, key: string): Promise<string | undefined> => {
  const stream = await storage.read(key).catch((error: unknown) => {
    if (error instanceof ThroughlineError && error.code === 'source') return undefined
    throw error
  })
  return stream && digestOf(await buffer(stream))
}

async function digestsOf(
  storage: Storage,
  files: readonly PinnedFile[],
): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (const { table, key, etag, bytes } of files) {
    const body = await buffer(await storage.read(key, etag))
    requireEqual(body.length, bytes)
    digests.set(table, digestOf(body))
  }
  return digests
}

/** The sample release that consists of exactly these files. */
function variantOf(found: ReadonlyMap<string, string>, samples: SampleReleases): 0 | 1 {
  for (const variant of [0, 1] as const) {
    const whole = samples.digests[variant]
    if (
      found.size === whole.size &&
      [...whole].every(([table, digest]) => found.get(table) === digest)
    ) {
      return variant
    }
  }
  throw new Error('expected one whole release, found tables of both or of none')
}

const byTable = (a: readonly unknown[], b: readonly unknown[]): number =>
  String(a[0]) < String(b[0]) ? -1 : 1

function requireEqual(found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return
  throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`)
}
