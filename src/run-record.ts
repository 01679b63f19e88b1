import type { CheckResult } from './checks.js'
import type { RawObject } from './collect/raw-objects.js'
import { rowsReadByObject } from './collect/rows-read.js'
import type { Engine } from './engines/engine.js'
import type { MadeRecord } from './publish/manifest.js'

/** What a run knows of itself once its tables are checked. */
export interface RunFacts {
  objects: readonly RawObject[]
  checks: readonly CheckResult[]
  /** Seconds that each step took. */
  seconds: Readonly<Record<string, number>>
  version: string
  /** Epoch microseconds. */
  asOf: number
}

/** What the manifest of the run says of it. */
export async function recordOf(
  engine: Engine,
  { objects, checks, seconds, version, asOf }: RunFacts,
): Promise<MadeRecord> {
  const rows = await rowsReadByObject(engine)
  return {
    exit_status: 0,
    as_of_micros: asOf,
    inputs: objects.map(({ objectId, key, etag, bytes }) => ({
      key,
      etag,
      bytes,
      rows: rows.get(objectId) ?? 0,
    })),
    checks: checks.map(({ table, check, broken }) => ({
      table,
      check,
      outcome: broken === 0 ? 'passed' : 'warned',
      rows: broken,
    })),
    timings_seconds: seconds,
    versions: {
      throughline: version,
      [engine.kind]: await engine.version(),
      node: process.version,
    },
  }
}
