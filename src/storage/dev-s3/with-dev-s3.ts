import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { startDevS3 } from './server.js'

const credentials = { accessKeyId: 'demo', secretAccessKey: 'demo-secret' }

/** Works with an S3 server whose buckets are folders below `folder`, and whose credentials are in the environment. */
export async function withDevS3(
  folder: string,
  buckets: readonly string[],
  work: (endpoint: string) => Promise<void>,
): Promise<void> {
  for (const bucket of buckets) await mkdir(path.join(folder, bucket), { recursive: true })
  const server = await startDevS3({ folder, ...credentials })
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey
  try {
    await work(server.endpoint)
  } finally {
    await server.close()
  }
}
