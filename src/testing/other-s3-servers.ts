import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { openStorage, type StorageOptions } from '../storage/storage.js'
import type { StorageUnderTest, SuiteOptions } from '../storage/storage.suite.js'
import { credentials, provideCredentials } from './dev-bucket.js'
import { freePort } from './free-port.js'

const sources = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const services = path.resolve(sources, '../.cache/services')
const startMs = 60_000

/** An S3 server that we did not write. */
export interface OtherServer {
  name: string
  program: string
  arguments: (port: number, folder: string) => string[]
  options: StorageOptions
  suite: SuiteOptions
}

export const otherServers: readonly OtherServer[] = [
  {
    name: 'moto',
    program: path.join(services, 'moto/bin/moto_server'),
    arguments: (port) => ['-H', '127.0.0.1', '-p', String(port)],
    // It shows the checksum of an upload in parts as if it were the one of the whole body.
    options: { responseChecksumValidation: 'WHEN_REQUIRED' },
    // Its router stops at a line break in a path; its threads compare etags without a lock.
    suite: { withoutKeys: ['odd/new\nline'], looksThenWrites: true },
  },
  {
    name: 'versitygw',
    program: path.join(services, 'bin/versitygw'),
    arguments: (port, folder) => [
      '--port',
      `127.0.0.1:${port}`,
      '--access',
      credentials.accessKeyId,
      '--secret',
      credentials.secretAccessKey,
      'posix',
      '--sidecar',
      path.join(folder, 'sidecar'),
      path.join(folder, 'data'),
    ],
    options: {},
    // Its keys are paths of a file system, and it resolves them as such.
    suite: { withoutKeys: ['odd/dir/../x', 'odd/./y'] },
  },
]

/** Installs what is not there yet. */
export function installServers(): void {
  execFileSync('sh', [path.join(sources, 'storage', 'install-servers.sh')], { stdio: 'inherit' })
}

/** Starts a server with an empty bucket, and opens a storage in it. */
export async function openOnServer(server: OtherServer): Promise<StorageUnderTest> {
  provideCredentials()
  const folder = await mkdtemp(path.join(tmpdir(), `${server.name}-`))
  await mkdir(path.join(folder, 'data'))
  await mkdir(path.join(folder, 'sidecar'))
  const port = await freePort()
  const child = spawn(server.program, server.arguments(port, folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const endpoint = `http://127.0.0.1:${port}`
  await createBucket(endpoint, child)
  return {
    storage: openStorage('s3://bucket/root', {
      endpoint,
      forcePathStyle: true,
      partBytes: 5 * 1024 * 1024,
      ...server.options,
    }),
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Creates the bucket as soon as the server answers; what it said on its way down is the error. */
async function createBucket(endpoint: string, child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  const deadline = Date.now() + startMs
  for (;;) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: 'bucket' }))
      client.destroy()
      return
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${child.spawnfile} did not start: ${said}`, { cause: error })
      }
      await sleep(200)
    }
  }
}
