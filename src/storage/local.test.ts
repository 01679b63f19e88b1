import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { transformFile } from '@swc/core'
import { withKeyLock } from './local-lock.js'
import { openStorage, type Storage, type StoredObject } from './storage.js'
import { storageSuite } from './storage.suite.js'

const here = path.dirname(fileURLToPath(import.meta.url))
let folder: string
let storage: Storage

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'storage-local-'))
  storage = openStorage(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

storageSuite('a local folder', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'storage-local-suite-'))
  return {
    storage: openStorage(root),
    close: () => rm(root, { recursive: true, force: true }),
  }
})

const objectsOf = async (prefix: string): Promise<StoredObject[]> => {
  const objects = []
  for await (const object of storage.list(prefix)) objects.push(object)
  return objects
}
const keysOf = async (prefix: string): Promise<string[]> =>
  (await objectsOf(prefix)).map((object) => object.key)

test('a rewrite of the same size with the times put back is another version', async () => {
  const file = path.join(folder, 'rewritten')
  const time = new Date('2026-01-01')
  await writeFile(file, 'aaaa')
  await utimes(file, time, time)
  const [before] = await objectsOf('rewritten')
  await writeFile(file, 'bbbb')
  await utimes(file, time, time)
  const [after] = await objectsOf('rewritten')
  expect(after?.etag).not.toBe(before?.etag)
})

test('a file rewritten in place while it is read fails the stream', async () => {
  const file = path.join(folder, 'moving')
  await writeFile(file, Buffer.alloc(1_000_000, 'a'))
  const stream = await storage.read('moving')
  await writeFile(file, Buffer.alloc(999_000, 'b'))
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'source', retryable: true })
})

test('a file replaced while it is read gives the old bytes whole', async () => {
  const etag = await storage.write('replaced', Buffer.alloc(1_000_000, 'a'))
  const stream = await storage.read('replaced', etag)
  await storage.write('replaced', Buffer.alloc(1_000_000, 'b'))
  expect((await buffer(stream)).equals(Buffer.alloc(1_000_000, 'a'))).toBe(true)
})

test('keys cannot leave the root, and our own working files are not listed', async () => {
  await storage.write('../outside', 'x')
  await storage.write('.throughline/mine', 'x')
  expect(await keysOf('../')).toEqual(['../outside'])
  expect(await keysOf('.throughline')).toEqual(['.throughline/mine'])
  expect(await readFile(path.join(folder, '%dotdot', 'outside'), 'utf8')).toBe('x')
})

test('an empty folder that a deletion leaves is removed', async () => {
  await storage.write('deep/er/x', 'x')
  await storage.delete(['deep/er/x'])
  await expect(readFile(path.join(folder, 'deep'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a key below a file is refused with a remedy', async () => {
  await storage.write('taken', 'x')
  await expect(storage.write('taken/below', 'x')).rejects.toMatchObject({
    code: 'source',
    remedy: expect.stringContaining('both a file and a folder'),
  })
})

test.each([
  ['below a file', () => path.join(folder, 'plain/warehouse'), 'ENOTDIR'],
  ['below /proc', () => '/proc/throughline/warehouse', 'ENOENT'],
  ['of a name that is too long', () => path.join(folder, 'x'.repeat(300)), 'ENAMETOOLONG'],
])('a folder %s cannot be made: an error that names it', async (_, rootOf, found) => {
  await writeFile(path.join(folder, 'plain'), 'x')
  const root = rootOf()
  await expect(openStorage(root).write('key', 'x', { ifAbsent: true })).rejects.toMatchObject({
    code: 'source',
    exitCode: 5,
    at: path.join(root, 'key'),
    found,
    remedy: expect.stringContaining('folder'),
  })
})

test('links are followed, and a link that leads back up is an error', async () => {
  await mkdir(path.join(folder, 'linked/real'), { recursive: true })
  await writeFile(path.join(folder, 'linked/real/x'), 'x')
  await symlink('real', path.join(folder, 'linked/other'))
  expect(await keysOf('linked/')).toEqual(['linked/other/x', 'linked/real/x'])
  await symlink('..', path.join(folder, 'linked/real/up'))
  await expect(keysOf('linked/')).rejects.toMatchObject({ code: 'source' })
})

test('a lock that a killed process left is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.on('exit', resolve))
  const etag = await storage.write('locked', 'one')
  const locks = path.join(folder, '.throughline/locks')
  const [lock] = await withKeyLock(locks, 'locked', () => readdir(locks))
  await writeFile(path.join(locks, lock!), `${hostname()} ${child.pid} gone`)
  expect(await storage.write('locked', 'two', { ifMatch: etag })).not.toBe(etag)
})

test('of several processes that count up one object by compare and swap, no step is lost', async () => {
  const program = await compiledProgram()
  await storage.write('count', '0')
  const processes = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [program, folder], { stdio: ['ignore', 'ignore', 'inherit'] }),
  )
  const codes = await Promise.all(
    processes.map((child) => new Promise((resolve) => child.on('exit', resolve))),
  )
  expect(codes).toEqual([0, 0, 0, 0])
  expect((await storage.readText('count'))?.text).toBe('20')
})

/** A program for other processes: this folder's code as JavaScript, and a loop of five increments. */
async function compiledProgram(): Promise<string> {
  const target = await mkdtemp(path.join(folder, 'program-'))
  const names = (await readdir(here)).filter((name) => /^[a-z-]+\.ts$/.test(name))
  for (const name of [...names.map((n) => `storage/${n}`), 'errors.ts']) {
    const { code } = await transformFile(path.join(here, '..', name), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    })
    const file = path.join(target, name.replace(/\.ts$/, '.js'))
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, code)
  }
  await writeFile(path.join(target, 'package.json'), '{ "type": "module" }')
  await writeFile(path.join(target, 'main.js'), countingProgram)
  return path.join(target, 'main.js')
}

const countingProgram = `
import { openLocal } from './storage/local.js'
const storage = openLocal(process.argv[2])
for (let done = 0; done < 5; ) {
  const { text, etag } = await storage.readText('count')
  try {
    await storage.write('count', String(Number(text) + 1), { ifMatch: etag })
    done++
  } catch (error) {
    if (error.code !== 'conflict') throw error
  }
}`
