import { z } from 'zod'
import type { Storage } from '../storage/storage.js'
import { parseObject, type Release, releaseSchema, textOf } from './release.js'
import { writeOwn } from './write-own.js'

/** What one run read, checked and ran on; no secrets and no personal data. */
export interface RunRecord {
  exit_status: number
  inputs: readonly { key: string; etag: string; bytes: number; rows: number }[]
  checks: readonly RecordedCheck[]
  /** By step; models are made several at a time, so these may add up to more than the run took. */
  timings_seconds: Readonly<Record<string, number>>
  config_hash: string
  /** Files of a project folder, laid over the built-in ones. */
  project_files: readonly string[]
  /** The run's point in time, as all columns of that name; epoch microseconds. */
  as_of_micros: number
  /** Of the program, the engine and the platform. */
  versions: Readonly<Record<string, string>>
}

/** What is known of a run from its tables, whatever it was made with. */
export type MadeRecord = Omit<RunRecord, 'config_hash' | 'project_files'>

interface RecordedCheck {
  table: string
  check: string
  outcome: 'passed' | 'warned' | 'failed'
  /** Rows that break the rule. */
  rows: number
}

export interface Manifest extends RunRecord {
  /** What the run sets out to publish, counting once the pointer has named it; null for a run that failed before. */
  release: Release | null
}

export const manifestKey = (run: string): string => `_runs/${run}/manifest.json`

/** Writes the manifest of a run once; throws `conflict` when the run has another one. */
export async function writeManifest(
  storage: Storage,
  run: string,
  manifest: Manifest,
): Promise<void> {
  const text = textOf({ format: 1, run, ...manifest })
  await writeOwn(storage, manifestKey(run), text, { ifAbsent: true })
}

/** Whether a run has left a manifest. */
export const isRecorded = async (storage: Storage, run: string): Promise<boolean> =>
  (await storage.readText(manifestKey(run))) !== undefined

const basisSchema = z.looseObject({ config_hash: z.string(), as_of_micros: z.number() })

/** What the tables of a run were made with; undefined when it left no manifest, or one of a version that did not say. */
export async function basisOfRun(
  storage: Storage,
  run: string,
): Promise<Pick<RunRecord, 'config_hash' | 'as_of_micros'> | undefined> {
  return partOf(storage, run, basisSchema)
}

const ownFilesSchema = z.looseObject({ project_files: z.array(z.string()) })

/** Files of a project folder that a run was made with; none when it left no manifest, or one of a version that did not say. */
export async function ownFilesOfRun(storage: Storage, run: string): Promise<readonly string[]> {
  return (await partOf(storage, run, ownFilesSchema))?.project_files ?? []
}

const inputsSchema = z.looseObject({
  inputs: z.array(z.looseObject({ key: z.string(), etag: z.string() })),
})

/** Etags by key of the objects that a run read; undefined when it left no manifest. */
export async function inputsOfRun(
  storage: Storage,
  run: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const manifest = await partOf(storage, run, inputsSchema)
  return manifest && new Map(manifest.inputs.map(({ key, etag }) => [key, etag]))
}

/** What a manifest has of a shape; undefined when there is none, or one of a version that did not say. */
async function partOf<T>(
  storage: Storage,
  run: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const found = await storage.readText(manifestKey(run))
  return schema.safeParse(found && JSON.parse(found.text)).data
}

// The rest is for people and may differ between versions.
const neededSchema = z.looseObject({ format: z.literal(1), release: releaseSchema.nullable() })

/** The release that a run published or set out to; undefined when it left no manifest or failed before. */
export async function releaseOfRun(storage: Storage, run: string): Promise<Release | undefined> {
  const key = manifestKey(run)
  const found = await storage.readText(key)
  return (found && parseObject(key, found.text, neededSchema).release) ?? undefined
}
