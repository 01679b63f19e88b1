import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import * as S3 from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type DevS3, startDevS3 } from './server.js'

const credentials = { accessKeyId: 'development', secretAccessKey: 'not a secret' }
const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, '../../..')
const sharedSuite = path.resolve(root, '../shared/tools/s3-conformance-suite.mjs')

let folder: string
let server: DevS3
let client: S3.S3Client

const clientOf = (endpoint: string): S3.S3Client =>
  new S3.S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
  })

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dev-s3-'))
  server = await startDevS3({ folder, ...credentials })
  client = clientOf(server.endpoint)
  await client.send(new S3.CreateBucketCommand({ Bucket: 'raw' }))
})
afterAll(async () => {
  client.destroy()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const put = (Key: string, Body: string, more: Partial<S3.PutObjectCommandInput> = {}) =>
  client.send(new S3.PutObjectCommand({ Bucket: 'raw', Key, Body, ...more }))

const get = async (Key: string, from = client): Promise<string | undefined> => {
  const { Body } = await from.send(new S3.GetObjectCommand({ Bucket: 'raw', Key }))
  return Body?.transformToString()
}

const whenPresent = existsSync(sharedSuite) ? test : test.skip

whenPresent('the shared conformance suite passes whole (skipped where absent)', async () => {
  // The suite imports the SDK by name, so a copy has to lie below our packages. It runs in a
  // process of its own, since its timers outlive it.
  await mkdir(path.join(root, '.cache'), { recursive: true })
  const copy = path.join(root, '.cache', `conformance-${process.pid}.mjs`)
  await copyFile(sharedSuite, copy)
  const program = `
    import { suite } from ${JSON.stringify(pathToFileURL(copy).href)}
    const results = await suite(${JSON.stringify(server.endpoint)}, ${JSON.stringify(credentials)})
    process.stdout.write(JSON.stringify(results), () => process.exit())`
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
  await rm(copy)
  const results: [string, string, string][] = JSON.parse(stdout)
  expect(results.filter(([, verdict]) => verdict !== 'ok')).toEqual([])
  expect(results).toHaveLength(44)
})

test('objects are files under their own names, and outlive the server', async () => {
  await put('day=1/a b.csv', 'text', { ContentType: 'text/csv', Metadata: { run: 'r1' } })
  expect(await readFile(path.join(folder, 'raw/day=1/a b.csv'), 'utf8')).toBe('text')
  await put('up/../down', 'odd')
  await put('same', 'object')
  await put('same/below', 'both')
  await writeFile(path.join(folder, 'raw/by-hand.csv'), 'dropped here')

  const again = await startDevS3({ folder, ...credentials })
  const second = clientOf(again.endpoint)
  for (const [key, text] of [
    ['day=1/a b.csv', 'text'],
    ['up/../down', 'odd'],
    ['same', 'object'],
    ['same/below', 'both'],
    ['by-hand.csv', 'dropped here'],
  ] as const) {
    expect(await get(key, second)).toBe(text)
  }
  const head = await second.send(new S3.HeadObjectCommand({ Bucket: 'raw', Key: 'day=1/a b.csv' }))
  expect(head).toMatchObject({ ContentType: 'text/csv', Metadata: { run: 'r1' } })
  second.destroy()
  await again.close()
})

test('every checksum algorithm: the SDK’s own value is accepted, another is refused', async () => {
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
    await put('sum', 'abc', { ChecksumAlgorithm })
  }
  await put('sum', '123456789', { ChecksumCRC64NVME: 'rosUhgp5mIg=' })
  const wrong = put('sum', '12345678', { ChecksumCRC64NVME: 'rosUhgp5mIg=' })
  await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' })
})

test('a delimiter listing pages through keys and groups without repeating any', async () => {
  const keys = ['p/a/1', 'p/a/2', 'p/b', 'p/c/1', 'p/c/2', 'p/d']
  for (const key of keys) await put(key, 'x')
  const seen: (string | undefined)[] = []
  let token: string | undefined
  do {
    const page = await client.send(
      new S3.ListObjectsV2Command({
        Bucket: 'raw',
        Prefix: 'p/',
        Delimiter: '/',
        MaxKeys: 1,
        ContinuationToken: token,
      }),
    )
    seen.push(...(page.Contents ?? []).map((one) => one.Key))
    seen.push(...(page.CommonPrefixes ?? []).map((one) => one.Prefix))
    token = page.NextContinuationToken
  } while (token !== undefined)
  expect(seen).toEqual(['p/a/', 'p/b', 'p/c/', 'p/d'])
})

test('an unsigned request, and what the server does not do, are refused as S3 refuses them', async () => {
  expect((await fetch(`${server.endpoint}/raw/same`)).status).toBe(403)
  const acl = client.send(new S3.GetBucketAclCommand({ Bucket: 'raw' }))
  await expect(acl).rejects.toMatchObject({ name: 'NotImplemented' })
})
