import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from '@jest/globals'
import { credentials, type DevBucket, openDevBucket } from '../testing/dev-bucket.js'
import type { Fault } from './dev-s3/server.js'
import { bucketPlace } from './s3-client.js'
import { copyObject } from './s3-copy.js'
import { openStorage, type Storage, type StorageOptions } from './storage.js'
import { storageSuite } from './storage.suite.js'

const mebibyte = 1024 * 1024
/** With bodies in parts from 5 MiB on, the least that S3 takes. */
const open = (faults: Fault[] = [], options: StorageOptions = {}): Promise<DevBucket> =>
  openDevBucket(faults, { partBytes: 5 * mebibyte, ...options })

storageSuite('S3, on the development server', open, { largeBytes: 12 * mebibyte })

let opened: DevBucket | undefined
afterEach(async () => {
  await opened?.close()
  opened = undefined
})
const withFaults = async (faults: Fault[], options?: StorageOptions): Promise<Storage> => {
  opened = await open(faults, options)
  return opened.storage
}

const strikes = (operation: string, effect: Fault['effect'], times = 1): Fault => ({
  operation,
  times,
  effect,
})
const slowDown = { kind: 'error', status: 503, code: 'SlowDown' } as const
const internal = { kind: 'error', status: 500, code: 'InternalError' } as const
const race = { kind: 'error', status: 409, code: 'ConditionalRequestConflict' } as const

test('a busy store is asked again, for every verb', async () => {
  const storage = await withFaults([
    strikes('PutObject', slowDown, 2),
    strikes('GetObject', internal, 2),
    strikes('ListObjectsV2', slowDown),
    strikes('CopyObject', internal),
    strikes('DeleteObjects', slowDown),
  ])
  await storage.write('a', 'text')
  expect((await storage.readText('a'))?.text).toBe('text')
  await storage.copy('a', 'b')
  await storage.delete(['a'])
  const keys = []
  for await (const object of storage.list('')) keys.push(object.key)
  expect(keys).toEqual(['b'])
})

test('a store that stays busy is a source error that may be tried later', async () => {
  const storage = await withFaults([strikes('PutObject', slowDown, 99)], { maxAttempts: 2 })
  await expect(storage.write('a', 'text')).rejects.toMatchObject({
    code: 'source',
    retryable: true,
    found: expect.stringContaining('503 SlowDown'),
  })
})

test('a body that is cut twice goes on where it stopped', async () => {
  const body = randomBytes(3 * mebibyte)
  const storage = await withFaults([
    strikes('GetObject', { kind: 'cut_body', afterBytes: mebibyte + 7 }, 2),
  ])
  const etag = await storage.write('a', body)
  expect((await buffer(await storage.read('a', etag))).equals(body)).toBe(true)
})

test('a body that is always cut before a byte comes fails cleanly', async () => {
  const storage = await withFaults(
    [strikes('GetObject', { kind: 'cut_body', afterBytes: 0 }, 99)],
    { maxAttempts: 2 },
  )
  await storage.write('a', randomBytes(1000))
  await expect(buffer(await storage.read('a'))).rejects.toMatchObject({
    code: 'source',
    retryable: true,
    found: expect.stringContaining('cut after 0 bytes'),
  })
})

test('a body that stalls is given up and resumed', async () => {
  const body = randomBytes(300_000)
  const storage = await withFaults(
    [strikes('GetObject', { kind: 'slow_body', chunkBytes: 100_000, pauseMs: 1_500 })],
    { stallMs: 300 },
  )
  await storage.write('a', body)
  expect((await buffer(await storage.read('a'))).equals(body)).toBe(true)
})

test('an object replaced while it is read fails a stream, and a text is read anew', async () => {
  const replaced = { kind: 'replaced_object', afterBytes: 10, body: 'another' } as const
  const storage = await withFaults([
    { ...strikes('GetObject', replaced), key: 'root/a' },
    { ...strikes('GetObject', replaced), key: 'root/b' },
  ])
  const etag = await storage.write('a', randomBytes(1000))
  await expect(buffer(await storage.read('a', etag))).rejects.toMatchObject({
    code: 'source',
    retryable: true,
    found: expect.stringContaining('changed'),
  })
  await storage.write('b', 'the first text, longer')
  expect((await storage.readText('b'))?.text).toBe('another')
})

test('a body damaged on the way: read anew when nothing was handed on, else an error', async () => {
  const storage = await withFaults([
    { ...strikes('GetObject', { kind: 'damaged_body' }), key: 'root/small' },
    { ...strikes('GetObject', { kind: 'damaged_body' }), key: 'root/large' },
  ])
  const small = randomBytes(1000)
  await storage.write('small', small)
  expect((await buffer(await storage.read('small'))).equals(small)).toBe(true)
  await storage.write('large', randomBytes(mebibyte))
  await expect(buffer(await storage.read('large'))).rejects.toMatchObject({
    code: 'source',
    found: expect.stringContaining('checksum'),
  })
})

test('a lost reply to a conditional write that took effect is a success', async () => {
  const storage = await withFaults([strikes('PutObject', { kind: 'lost_reply' }, 2)])
  const created = await storage.write('a', 'one', { ifAbsent: true })
  expect(await storage.readText('a')).toEqual({ text: 'one', etag: created })
  const swapped = await storage.write('a', 'two', { ifMatch: created })
  expect(await storage.readText('a')).toEqual({ text: 'two', etag: swapped })
})

test('a rival’s write of the same bytes is still a conflict', async () => {
  const storage = await withFaults([])
  await storage.write('a', 'same', { ifAbsent: true })
  const second = storage.write('a', 'same', { ifAbsent: true })
  await expect(second).rejects.toMatchObject({ code: 'conflict' })
})

test('conditional writes that met in the store are sent again', async () => {
  const storage = await withFaults([
    strikes('PutObject', race, 2),
    strikes('CompleteMultipartUpload', race),
  ])
  await storage.write('a', 'text', { ifAbsent: true })
  await storage.write('large', randomBytes(11 * mebibyte), { ifAbsent: true })
  expect((await storage.readText('a'))?.text).toBe('text')
})

test('an upload in parts survives busy parts and a lost reply to its end', async () => {
  const body = randomBytes(12 * mebibyte)
  const storage = await withFaults([
    strikes('UploadPart', slowDown, 2),
    strikes('CompleteMultipartUpload', { kind: 'lost_reply' }),
  ])
  const etag = await storage.write('large', body, { ifAbsent: true })
  expect((await buffer(await storage.read('large', etag))).equals(body)).toBe(true)
  const again = storage.write('large', body, { ifAbsent: true })
  await expect(again).rejects.toMatchObject({ code: 'conflict' })
})

test('an upload in parts that fails writes nothing and leaves no parts', async () => {
  const storage = await withFaults([strikes('UploadPart', internal, 99)], { maxAttempts: 2 })
  const write = storage.write('large', randomBytes(11 * mebibyte))
  await expect(write).rejects.toMatchObject({ code: 'source' })
  expect(await storage.readText('large')).toBeUndefined()
})

test('what the user got wrong is said: bucket, credentials, address', async () => {
  const storage = await withFaults([])
  const { endpoint } = opened!
  const options = { endpoint, forcePathStyle: true, maxAttempts: 1 }
  const missing = openStorage('s3://missing', options)
  await expect(missing.write('a', 'x')).rejects.toMatchObject({
    code: 'source',
    remedy: expect.stringContaining('Create the bucket'),
  })
  await expect(missing.readText('a')).rejects.toMatchObject({ code: 'source' })
  process.env.AWS_SECRET_ACCESS_KEY = 'wrong'
  const refused = openStorage('s3://bucket', options).readText('a')
  await expect(refused).rejects.toMatchObject({ remedy: expect.stringContaining('credentials') })
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey
  const nowhere = openStorage('s3://bucket', { ...options, endpoint: 'http://127.0.0.1:1' })
  await expect(nowhere.readText('a')).rejects.toMatchObject({
    code: 'source',
    remedy: expect.stringContaining('endpoint'),
  })
  expect(await storage.readText('a')).toBeUndefined()
})

test('a file of many parts is sent with few in memory, and read back', async () => {
  const scratch = await mkdtemp(path.join(tmpdir(), 'storage-file-'))
  const file = path.join(scratch, 'many')
  const body = randomBytes(27 * mebibyte)
  await writeFile(file, body)
  const storage = await withFaults([], { parallelParts: 2 })
  const etag = await storage.write('many', { file })
  expect(etag).toMatch(/-6$/)
  expect((await buffer(await storage.read('many', etag))).equals(body)).toBe(true)
  await rm(scratch, { recursive: true })
})

test('an object too large for one copy request is copied in parts', async () => {
  const body = randomBytes(11 * mebibyte)
  const storage = await withFaults([strikes('UploadPartCopy', slowDown)])
  await storage.write('from é+', body)
  const { endpoint } = opened!
  const place = bucketPlace('s3://bucket/root', { endpoint, forcePathStyle: true })
  await copyObject({ ...place, copyLimitBytes: 5 * mebibyte }, 'from é+', 'to')
  expect((await buffer(await storage.read('to'))).equals(body)).toBe(true)
})

test('keys that XML cannot carry are listed and deleted like others', async () => {
  const storage = await withFaults([])
  const keys = ['bell\u0007', 'return\r\n', 'plain']
  for (const key of keys) await storage.write(key, 'x')
  const listed = []
  for await (const object of storage.list('')) listed.push(object.key)
  expect(listed).toEqual([...keys].sort())
  await storage.delete(keys)
  for (const key of keys) expect(await storage.readText(key)).toBeUndefined()
})
