import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Config, readConfig } from '../../config.js'
import { openStorages } from '../../storages.js'
import {
  archivedObjects,
  awkwardObjects,
  awkwardSources,
  passing,
} from '../../testing/awkward-objects.js'
import {
  type CollectedObjects,
  collectObjects,
  writeAsIs,
} from '../../testing/collected-objects.js'
import { withEngine } from '../../testing/engine.js'
import { sharedFiles } from '../../testing/shared-data.js'
import { bucket, type SparkUnderTest } from '../../testing/spark-under-test.js'

const minutes = 60_000

/** Objects of every kind, collected by Spark and by the embedded engine: the same rows, and the same reasons. */
export function landingSuite(spark: () => SparkUnderTest): void {
  describe('objects of every kind', () => {
    let folder: string
    let embedded: CollectedObjects
    let onSpark: CollectedObjects
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'throughline-landing-'))
      Object.assign(process.env, spark().environment)
      await writeObjects(configOf(spark(), 'duckdb'), folder)
      const project = await writeAsIs(folder)
      embedded = await collectObjects(configOf(spark(), 'duckdb'), project)
      onSpark = await collectObjects(configOf(spark(), 'spark'), project)
    }, 30 * minutes)
    afterAll(() => rm(folder, { recursive: true, force: true }))

    test('every object has the rows, records and reasons that the embedded engine tells', () => {
      expect(onSpark.objects).toEqual(embedded.objects)
      expect(Object.keys(onSpark.objects).length).toBeGreaterThan(60)
      expect(onSpark.objects['renamed/lacking.parquet']?.problems).toEqual([
        '0 missing_column columns.customer names user.id, columns.event names What; the header has id, Name',
      ])
    })

    test('objects pass through this process where only a landing can read them, and no others', () => {
      const shapes = Object.keys(onSpark.objects).filter((key) => /shapes\/.*\.json$/.test(key))
      const expected = [
        ...Object.entries(passing),
        ...shapes.map((key) => [key, 'JSON that is not'] as const),
      ].map(([key, why]) => [key, expect.stringMatching(`^${why}`)])
      expect(onSpark.passed).toEqual(Object.fromEntries(expected))
      expect(embedded.passed).toEqual({})
    })
  })
}

/** Both read the same raw zone and the same archive of logs. */
function configOf(spark: SparkUnderTest, kind: string): Config {
  const { engine, storage, stream, ...config } = readConfig(undefined)
  return {
    ...config,
    engine: { ...engine, kind, threads: 2, spark: spark.engineSettings },
    storage: {
      ...storage,
      raw: `s3://${bucket}/awkward`,
      warehouse: `s3://${bucket}/awkward-${kind}`,
      endpoint: spark.endpoint,
      region: 'us-east-1',
      path_style: true,
    },
    stream: { ...stream, archive: `s3://${bucket}/awkward-log` },
    sources: awkwardSources,
  }
}

async function writeObjects(config: Config, folder: string): Promise<void> {
  const { raw, archive } = openStorages(config).zones
  for (const [key, body] of Object.entries(awkwardObjects)) await raw.write(key, body)
  for (const [key, body] of Object.entries(archivedObjects)) await archive.write(key, body)
  for (const [key, body] of Object.entries(await parquetObjects(folder))) await raw.write(key, body)
  for (const file of sharedFiles('journeys/exports/shapes', /\.(ndjson|csv|tsv|json)$/))
    await raw.write(`any/shapes/${path.basename(file)}`, { file })
}

/** One of them sound; of the others the embedded engine tells what is wrong. */
async function parquetObjects(folder: string): Promise<Record<string, Buffer>> {
  const file = path.join(folder, 'sound.parquet')
  await withEngine({}, (engine) =>
    engine.writeParquet(`select id, 'n' || id as "Name" from range(300) as t(id)`, file),
  )
  const sound = await readFile(file)
  return {
    'any/sound.parquet': sound,
    'renamed/lacking.parquet': sound,
    'any/cut.parquet': sound.subarray(0, -20),
    'any/corrupt.parquet': Buffer.concat([
      sound.subarray(0, 4),
      Buffer.alloc(40),
      sound.subarray(-60),
    ]),
    'any/a[1].parquet': sound,
  }
}
