import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { Config } from '../config.js'
import { openSparkSession, type SparkSession } from '../engines/spark/connect/session.js'
import { startDevS3 } from '../storage/dev-s3/server.js'
import { eventLogSettings } from './spark-event-log.js'
import { type SparkServer, startSpark } from './spark-server.js'

const credentials = { accessKeyId: 'development', secretAccessKey: 'not a secret' }

/** The bucket that Spark and the tests share. */
export const bucket = 'lake'

/** A running Spark and an S3 server that it reads and writes. */
export interface SparkUnderTest {
  server: SparkServer
  objects: S3Client
  /** Of the S3 server. */
  endpoint: string
  /** Where that has its objects, as files below the bucket's name. */
  objectFolder: string
  /** Where Spark tells what it does: see `readEventLog`. */
  eventFolder: string
  /** What a config says of the cluster, and what the environment does. */
  engineSettings: Config['engine']['spark']
  environment: Readonly<Record<string, string>>
  /** Does the work in a session of its own. */
  inSession<T>(work: (session: SparkSession) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function openSparkUnderTest(): Promise<SparkUnderTest> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spark-objects-'))
  const s3 = await startDevS3({ ...credentials, folder })
  const objects = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  })
  await objects.send(new CreateBucketCommand({ Bucket: bucket }))
  const eventFolder = await mkdtemp(path.join(tmpdir(), 'spark-events-'))
  const server = await startSpark({
    ...s3Settings(s3.endpoint),
    ...shortStreams,
    ...eventLogSettings(eventFolder),
  })
  return {
    server,
    objects,
    endpoint: s3.endpoint,
    objectFolder: folder,
    eventFolder,
    engineSettings: { url: server.url, settings: { 'spark.sql.shuffle.partitions': 2 } },
    environment: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      SPARK_CONNECT_AUTHENTICATE_TOKEN: server.token,
    },
    async inSession(work) {
      const session = await openSparkSession(server.connectionString)
      try {
        return await work(session)
      } finally {
        await session.close()
      }
    },
    async close() {
      objects.destroy()
      await server.close()
      await s3.close()
      await rm(folder, { recursive: true, force: true })
      await rm(eventFolder, { recursive: true, force: true })
    },
  }
}

const s3Settings = (endpoint: string): Record<string, string> => ({
  'spark.hadoop.fs.s3a.endpoint': endpoint,
  'spark.hadoop.fs.s3a.endpoint.region': 'us-east-1',
  'spark.hadoop.fs.s3a.path.style.access': 'true',
  'spark.hadoop.fs.s3a.access.key': credentials.accessKeyId,
  'spark.hadoop.fs.s3a.secret.key': credentials.secretAccessKey,
  'spark.hadoop.fs.s3a.attempts.maximum': '2',
})

/** Results are cut into many streams, where a server left alone takes minutes or a gigabyte for each. */
const shortStreams = {
  'spark.connect.execute.reattachable.senderMaxStreamDuration': '5s',
  'spark.connect.execute.reattachable.senderMaxStreamSize': '1m',
}
