import { rm } from 'node:fs/promises'
import path from 'node:path'
import { checkConfig } from './check-config.js'
import { type CheckResult, checkTables } from './checks.js'
import { collect } from './collect/collect.js'
import { latestEventMicros } from './collect/latest-event.js'
import { listRawObjects, type RawObject } from './collect/raw-objects.js'
import { rowsReadByObject } from './collect/rows-read.js'
import { type Config, sourceFunctions } from './config.js'
import { configDigest } from './config-digest.js'
import { type Contract, readContracts } from './contract.js'
import type { Engine } from './engines/engine.js'
import { exportTables } from './export-tables.js'
import { makeWorkFolder, openEngine, runSettings } from './prepare.js'
import { loadPreviousTables } from './previous-tables.js'
import { produce, producersInOrder } from './producers.js'
import { schemaFolders } from './project.js'
import { inputsDigest } from './publish/inputs-digest.js'
import { repairLatest } from './publish/latest.js'
import { acquireLease, type Lease } from './publish/lease.js'
import type { RunRecord } from './publish/manifest.js'
import { publishRelease } from './publish/publish.js'
import { type Release, readRelease } from './publish/release.js'
import { createRunId } from './publish/run-id.js'
import type { TableOutput } from './publish/upload.js'
import { loadRegistries } from './registries.js'
import { runByLineage } from './run-by-lineage.js'
import { onSignal } from './signals.js'
import type { Storage } from './storage/storage.js'
import { openStorages } from './storages.js'
import { type RunSummary, summarise } from './summary.js'

export interface RunOptions {
  config: Config
  version: string
  projectFolder?: string | undefined
  /** Runs even when inputs and config are those of the last release. */
  force?: boolean
  onProgress?: (message: string) => void
}

export type RunResult =
  | { status: 'nothing_new'; release: Release; objects: number }
  | { status: 'published'; release: Release; summary: RunSummary }

/** Seconds for which a lease holds without renewal; a killed run blocks the next one no longer than this. */
const leaseSeconds = 60

/** Runs the whole job: raw objects in, one release of all tables out, or nothing at all. */
export async function runJob(options: RunOptions): Promise<RunResult> {
  await checkConfig(options.config, options.projectFolder)
  const { raw, warehouse } = openStorages(options.config)
  const workFolder = await makeWorkFolder(options.config)
  // Tried again, since after a signal objects may still be landing in it.
  const removeWork = () => rm(workFolder, { recursive: true, force: true, maxRetries: 5 })
  const lease = await acquireLease(warehouse, { run: createRunId(), seconds: leaseSeconds }).catch(
    async (error: unknown) => {
      await removeWork()
      throw error
    },
  )
  const cleanUp = async () => {
    await lease.release()
    await removeWork()
  }
  const signalsOff = onSignal(cleanUp)
  try {
    const objects = await listRawObjects(raw, options.config.sources)
    return await runOn(options, { raw, warehouse, objects, workFolder, lease })
  } finally {
    signalsOff()
    await cleanUp()
  }
}

interface Inputs {
  raw: Storage
  warehouse: Storage
  objects: readonly RawObject[]
  workFolder: string
  lease: Lease
}

async function runOn(options: RunOptions, inputs: Inputs): Promise<RunResult> {
  const { config, version, projectFolder } = options
  const { warehouse, objects, lease } = inputs
  const configHash = configDigest(config, version, projectFolder)
  const digest = inputsDigest(objects, configHash, version)
  const previous = await readRelease(warehouse)
  if (previous?.release.inputs_digest === digest && !options.force) {
    await repairLatest(warehouse)
    return { status: 'nothing_new', release: previous.release, objects: objects.length }
  }
  const { tables, record, summary } = await makeTables(options, inputs, previous?.release)
  options.onProgress?.('publishing')
  const release = await publishRelease(warehouse, {
    lease,
    expected: previous?.etag,
    tables,
    inputsDigest: digest,
    manifest: { ...record, config_hash: configHash },
    keepReleases: config.run.keep_releases,
  })
  return { status: 'published', release, summary }
}

interface MadeTables {
  tables: TableOutput[]
  record: Omit<RunRecord, 'config_hash'>
  summary: RunSummary
}

async function makeTables(
  options: RunOptions,
  inputs: Inputs,
  previous: Release | undefined,
): Promise<MadeTables> {
  const contracts = readContracts(schemaFolders(options.projectFolder))
  const engine = await openEngine(options.config, inputs.workFolder)
  const sessions = [engine]
  try {
    while (sessions.length < options.config.engine.parallel_models) {
      sessions.push(await engine.session())
    }
    const { tables, seconds } = await fillTables(sessions, contracts, options, inputs, previous)
    options.onProgress?.('checking contracts')
    const checks = await timed(seconds, 'checks', () => checkTables(sessions, contracts))
    const record = await recordOf(engine, inputs.objects, checks, seconds, options.version)
    return { tables, record, summary: await summarise(engine, tables, options.projectFolder) }
  } finally {
    for (const session of sessions.reverse()) await session.close()
  }
}

/** What the manifest of the run says of it. */
async function recordOf(
  engine: Engine,
  objects: readonly RawObject[],
  checks: readonly CheckResult[],
  seconds: Record<string, number>,
  version: string,
): Promise<Omit<RunRecord, 'config_hash'>> {
  const rows = await rowsReadByObject(engine)
  return {
    exit_status: 0,
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

/** Makes every table of the run; returns those that are published and how many seconds each step took. */
async function fillTables(
  sessions: readonly Engine[],
  contracts: ReadonlyMap<string, Contract>,
  options: RunOptions,
  { raw, warehouse, objects, workFolder }: Inputs,
  previous: Release | undefined,
): Promise<{ tables: TableOutput[]; seconds: Record<string, number> }> {
  const { config, projectFolder, onProgress } = options
  const engine = sessions[0]!
  const given = runSettings(config)
  const seconds: Record<string, number> = {}
  await engine.defineSettings({ ...given, ...sourceFunctions('', {}) })
  await loadRegistries(engine, contracts, projectFolder)
  await timed(seconds, 'collect', () =>
    collect(
      {
        engine,
        storage: raw,
        config,
        contracts,
        workFolder,
        projectFolder,
        onProgress: (read) => onProgress?.(`reading objects ${read}/${objects.length}`),
      },
      objects,
    ),
  )
  const settings = config.run.as_of
    ? given
    : { ...given, as_of_micros: await latestEventMicros(engine) }
  await engine.defineSettings(settings)
  await loadPreviousTables(engine, contracts, { warehouse, release: previous, workFolder })
  const exportFolder = path.join(workFolder, 'export')
  const collected = [...contracts.values()].filter(({ kind }) => kind === 'collect')
  const tables = await exportTables(engine, collected, exportFolder)
  const producers = await producersInOrder(projectFolder)
  await runByLineage(producers, sessions, async (session, producer) => {
    onProgress?.(`making ${producer.table}`)
    const context = { settings, contracts, exportFolder }
    const made = await timed(seconds, producer.table, () => produce(session, producer, context))
    tables.push(...made)
  })
  return { tables: tables.sort(byTable), seconds }
}

const byTable = (a: TableOutput, b: TableOutput): number => (a.table < b.table ? -1 : 1)

async function timed<T>(
  seconds: Record<string, number>,
  step: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now()
  const result = await work()
  seconds[step] = Math.round(performance.now() - start) / 1000
  return result
}
