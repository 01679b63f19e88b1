import { cpSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { type Config, readConfig } from '../config.js'
import { configDigest } from '../config-digest.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import { type Release, readRelease } from '../publish/release.js'
import { runJob } from '../run.js'
import { writeSample } from '../sample/write.js'
import { openState } from '../state/state.js'
import type { Storage } from '../storage/storage.js'
import { openStorages } from '../storages.js'
import { landBatch } from './land-batch.js'
import { sampleSources } from './local-config.js'
import { bucket, type SparkUnderTest } from './spark-under-test.js'
import { firstExports } from './two-releases.js'

/** The same job done by the embedded engine and by Spark, from the same objects into a warehouse each. */
export interface JobOnBothEngines {
  /** Has every table that the embedded engine made. */
  engine: EmbeddedEngine
  releases: { embedded: Release; spark: Release }
  warehouses: { embedded: Storage; spark: Storage }
  embeddedConfig: Config
  sparkConfig: Config
  /** Tables that Spark has stored, and the pattern of the files of each. */
  stored: ReadonlyMap<string, string>
  /** Folder of the statements of Spark's job. */
  recordedIn: string
}

/** What a job is done on. */
export interface JobInput {
  /** Where its zone and warehouses lie in the bucket; empty or ending in a slash. */
  place: string
  sources: Config['sources']
  /** Fills the raw zone. */
  write: (raw: Storage) => Promise<unknown>
}

/** Does the whole job on a sample of so many touchpoints, `folder` being for files on the way. */
export const jobOnBothEngines = (
  spark: SparkUnderTest,
  folder: string,
  touchpoints: number,
): Promise<JobOnBothEngines> =>
  doneByBothEngines(spark, folder, {
    place: '',
    sources: { ...sampleSources(), log: { preset: 'event_log', prefix: 'log', currency: 'EUR' } },
    async write(raw) {
      // The truth about the sample is written beside the exports and read by none.
      await writeSample(
        { write: (key, body) => raw.write(key.slice(key.indexOf('/') + 1), body) },
        { touchpoints },
      )
      await landBatch(raw, firstExports)
    },
  })

/** Does the whole job on this input. */
export async function doneByBothEngines(
  spark: SparkUnderTest,
  folder: string,
  input: JobInput,
): Promise<JobOnBothEngines> {
  Object.assign(process.env, spark.environment)
  const embeddedConfig = configOf(spark, folder, { ...input, kind: 'duckdb' })
  const sparkConfig = configOf(spark, folder, { ...input, kind: 'spark' })
  const { zones, warehouse } = openStorages(embeddedConfig)
  await input.write(zones.raw)
  await runJob({ config: embeddedConfig, version: 'test' })
  const work = path.join(folder, 'made-by-spark')
  // Objects are files in the folder of the S3 server; those of the way are gone once the run has ended.
  const onProgress = (message: string) => {
    const made = path.join(spark.objectFolder, bucket, input.place, 'spark', '_work')
    if (message === 'publishing') cpSync(made, work, { recursive: true })
  }
  const recordTo = path.join(folder, 'sql')
  await runJob({ config: sparkConfig, version: 'test', onProgress, recordTo })
  const warehouses = { embedded: warehouse, spark: openStorages(sparkConfig).warehouse }
  const releases = {
    embedded: (await readRelease(warehouses.embedded))!.release,
    spark: (await readRelease(warehouses.spark))!.release,
  }
  const engine = await keptTables(embeddedConfig, releases.embedded.release, folder)
  return {
    engine,
    releases,
    warehouses,
    embeddedConfig,
    sparkConfig,
    stored: await storedTables(work),
    recordedIn: recordTo,
  }
}

/** What is the same for both. */
function configOf(
  spark: SparkUnderTest,
  folder: string,
  { place, sources, kind }: Omit<JobInput, 'write'> & { kind: string },
): Config {
  const { engine, storage, run, churn, ...config } = readConfig(undefined)
  return {
    ...config,
    engine: { ...engine, kind, threads: 2, parallel_models: 4, spark: spark.engineSettings },
    storage: {
      ...storage,
      raw: `s3://${bucket}/${place}raw`,
      warehouse: `s3://${bucket}/${place}${kind}`,
      endpoint: spark.endpoint,
      region: 'us-east-1',
      path_style: true,
    },
    run: { ...run, state_folder: path.join(folder, 'state') },
    // So little makes a model, too, of a sample, whose scores can be compared.
    churn: {
      ...churn,
      minimum_rows: 20,
      minimum_churners: 5,
      training_cutoffs: 2,
      sample_rows: 100,
    },
    sources,
  }
}

async function keptTables(
  config: Config,
  release: string,
  folder: string,
): Promise<EmbeddedEngine> {
  const workFolder = path.join(folder, 'kept')
  await mkdir(workFolder)
  const configHash = configDigest(config, 'test')
  const { warehouse } = openStorages(config)
  const state = await openState(config, { warehouse, release, workFolder, configHash })
  if (state === undefined) throw new Error('expected kept tables, found none')
  return state.engine
}

/** A table that grows has a folder a batch; of one that was made again the last folder counts. */
async function storedTables(work: string): Promise<Map<string, string>> {
  const [run = ''] = await readdir(work)
  const tables = new Map<string, string>()
  for (const table of await readdir(path.join(work, run))) {
    const folders = await readdir(path.join(work, run, table))
    const last = folders.sort((a, b) => Number(a) - Number(b)).at(-1)!
    const growing = ['records', 'ad_spend_records', 'row_problems'].includes(table)
    tables.set(table, path.join(work, run, table, growing ? '*' : last, '*.parquet'))
  }
  return tables
}
