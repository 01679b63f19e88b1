import { z } from 'zod'
import type { Storage } from '../storage/storage.js'
import { parseObject, releaseSchema, textOf } from './release.js'
import { writeOwn } from './write-own.js'

const manifestSchema = z.object({
  format: z.literal(1),
  run: z.string(),
  /** What the run sets out to publish; null for one that failed before. It counts once the pointer has named it. */
  release: releaseSchema.nullable(),
  exit_status: z.number(),
  inputs: z.array(
    z.object({ key: z.string(), etag: z.string(), bytes: z.number(), rows: z.number() }),
  ),
  checks: z.array(
    z.object({
      table: z.string(),
      check: z.string(),
      outcome: z.enum(['passed', 'warned', 'failed']),
      /** Rows that break the rule. */
      rows: z.number(),
    }),
  ),
  timings_seconds: z.record(z.string(), z.number()),
  config_hash: z.string(),
  /** Of the program, the engine and the platform. */
  versions: z.record(z.string(), z.string()),
})

/** What one run read, checked and made; no secrets and no personal data. */
export type Manifest = z.infer<typeof manifestSchema>
/** The part of the manifest that only the caller knows. */
export type RunRecord = Omit<Manifest, 'format' | 'run' | 'release'>

export const manifestKey = (run: string): string => `_runs/${run}/manifest.json`

/** Writes the manifest of a run once; throws `conflict` when the run has another one. */
export async function writeManifest(storage: Storage, manifest: Manifest): Promise<void> {
  await writeOwn(storage, manifestKey(manifest.run), textOf(manifest), { ifAbsent: true })
}

export async function readManifest(storage: Storage, run: string): Promise<Manifest | undefined> {
  const key = manifestKey(run)
  const found = await storage.readText(key)
  return found && parseObject(key, found.text, manifestSchema)
}
