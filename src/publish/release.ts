import { z } from 'zod'
import { ThroughlineError } from '../errors.js'
import type { Storage } from '../storage/storage.js'
import { writeOwn } from './write-own.js'

/** The pointer to the one release that counts; swapping it is the commit of a run. */
export const pointerKey = '_release.json'

const fileSchema = z.object({ key: z.string(), rows: z.number(), bytes: z.number() })

const tableSchema = z.object({
  /** Holds the files of the run that wrote them: an earlier one when the table has not changed since. */
  folder: z.string(),
  files: z.array(fileSchema),
  rows: z.number(),
  bytes: z.number(),
  content_hash: z.string(),
  contract_version: z.string(),
})

export const releaseSchema = z.object({
  format: z.literal(1),
  release: z.string(),
  published_at: z.iso.datetime(),
  previous: z.string().nullable(),
  inputs_digest: z.string(),
  tables: z.record(z.string(), tableSchema),
})

export type ReleaseTable = z.infer<typeof tableSchema>
/** All tables of one run, by name, with their immutable files. */
export type Release = z.infer<typeof releaseSchema>

export interface CurrentRelease {
  release: Release
  etag: string
}

/** The release that the pointer names, or undefined in a warehouse without one. */
export async function readRelease(storage: Storage): Promise<CurrentRelease | undefined> {
  const found = await storage.readText(pointerKey)
  if (found === undefined) return undefined
  return { release: parseObject(pointerKey, found.text, releaseSchema), etag: found.etag }
}

/** Makes `release` the one that counts, if the pointer still is the version `expected`; else throws `conflict`. */
export async function swapPointer(
  storage: Storage,
  release: Release,
  expected: string | undefined,
): Promise<void> {
  const condition = expected === undefined ? { ifAbsent: true as const } : { ifMatch: expected }
  await writeOwn(storage, pointerKey, textOf(release), condition)
}

/** Small objects are kept readable: people look at them when something is wrong. */
export const textOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Reads one of our own JSON objects; another version's, or a broken one, is an error with a remedy. */
export function parseObject<T>(key: string, text: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(jsonOf(text))
  if (result.success) return result.data
  throw new ThroughlineError({
    code: 'config',
    at: key,
    expected: 'an object of format 1, as this version writes it',
    found: z.prettifyError(result.error),
    remedy:
      'Use the version of Throughline that wrote this warehouse, or another warehouse folder.',
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
