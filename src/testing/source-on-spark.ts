import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { snakeCaseKeys } from '../collect/landing/snake-case.js'
import type { RawObject } from '../collect/raw-objects.js'
import { type SourceConfig, sourceFunctions } from '../config.js'
import type { SparkSession } from '../engines/spark/connect/session.js'
import { defineSettings } from '../engines/spark/prepare.js'
import { type RawShape, rawStatements } from '../engines/spark/raw-select.js'
import type { Storage } from '../storage/storage.js'
import { createView, intakeOnSpark } from './intake-on-spark.js'
import { bucket, type SparkUnderTest } from './spark-under-test.js'

export interface SourceContext {
  spark: SparkUnderTest
  session: SparkSession
  storage: Storage
  /** Where Spark writes records, as Parquet, `<folder>/<table>/<source>/`. */
  folder: string
}

/** Copies the objects of a source to the S3 server, where Spark makes records of them. */
export async function collectSourceOnSpark(
  { spark, session, storage, folder }: SourceContext,
  name: string,
  source: SourceConfig,
  objects: readonly RawObject[],
): Promise<void> {
  let shape: RawShape = { format: 'ndjson' }
  for (const { key } of objects) {
    const Body = await buffer(await storage.read(key))
    await spark.objects.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }))
    if (key.endsWith('.csv')) shape = { format: 'csv', keys: keysOf(Body) }
  }
  await defineSettings(session, sourceFunctions(name, source))
  const files = objects.map(({ key, objectId, modifiedAt }) => ({
    key,
    objectId,
    loadedAt: modifiedAt.toISOString().replace('T', ' ').replace('Z', ''),
  }))
  for (const statement of rawStatements(shape, `s3a://${bucket}`, files))
    await session.execute(statement)
  await createView(session, 'raw', recordsOfRaw)
  const { table, select } = await intakeOnSpark(session, source.preset)
  const target = path.join(folder, table, name)
  await session.execute(`insert overwrite directory 'file://${target}' using parquet ${select}`)
}

const recordsOfRaw =
  'select object_id, row_number, loaded_at, payload from raw_rows where reason is null'

const keysOf = (csv: Buffer): string[] =>
  snakeCaseKeys(csv.toString('utf8').split(/\r?\n/, 1)[0]!.split(','))
