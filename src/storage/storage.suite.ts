import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { compareKeys } from './keys.js'
import type { Storage, StoredObject } from './storage.js'

export interface StorageUnderTest {
  storage: Storage
  close: () => Promise<void>
}

export interface SuiteOptions {
  /** Bytes of the body that is written from a file, large enough for several parts. */
  largeBytes?: number
  /** Keys that this implementation documents as impossible. */
  withoutKeys?: readonly string[]
  /** Whether it looks at a condition first and writes afterwards: of two that come at once both may win. */
  looksThenWrites?: boolean
}

const oddKeys = [
  'odd/date=2026-01-01/a b.parquet',
  'odd/x+y.parquet',
  'odd/é漢😀.parquet',
  'odd/～.parquet',
  'odd/a%20b',
  'odd/%dot',
  'odd/%%dotdot',
  'odd/a&b=c,d;e(1).csv',
  'odd/q\'uote"s',
  'odd/.hidden',
  'odd/dir/../x',
  'odd/./y',
  'odd/back\\slash',
  'odd/new\nline',
  'odd/marker/',
]

/** What every storage must do; each implementation's test calls this once. */
export function storageSuite(
  name: string,
  open: () => Promise<StorageUnderTest>,
  options: SuiteOptions = {},
): void {
  describe(name, () => {
    let opened: StorageUnderTest
    let scratch: string
    beforeAll(async () => {
      scratch = await mkdtemp(path.join(tmpdir(), 'storage-suite-'))
      opened = await open()
    })
    afterAll(async () => {
      await opened.close()
      await rm(scratch, { recursive: true, force: true })
    })
    const storage = (): Storage => opened.storage
    bodies(storage, () => scratch, options)
    listings(storage, options)
    conditions(storage)
    if (!options.looksThenWrites) races(storage)
    copiesAndDeletes(storage)
  })
}

type Get = () => Storage

async function listed(storage: Storage, prefix: string): Promise<StoredObject[]> {
  const found = []
  for await (const object of storage.list(prefix)) found.push(object)
  return found
}

const bytesOf = async (storage: Storage, key: string, etag?: string): Promise<Buffer> =>
  buffer(await storage.read(key, etag))

function bodies(storage: Get, scratch: () => string, options: SuiteOptions): void {
  test('what is written is read back: text, bytes, nothing', async () => {
    const bytes = randomBytes(300_000)
    await storage().write('body/text', 'grüße 😀')
    await storage().write('body/bytes', bytes)
    await storage().write('body/empty', '')
    expect((await storage().readText('body/text'))?.text).toBe('grüße 😀')
    expect((await bytesOf(storage(), 'body/bytes')).equals(bytes)).toBe(true)
    expect((await bytesOf(storage(), 'body/empty')).length).toBe(0)
  })

  test('a large file is read back whole', async () => {
    const bytes = randomBytes(options.largeBytes ?? 1_000_000)
    const file = path.join(scratch(), 'large')
    await writeFile(file, bytes)
    const etag = await storage().write('body/large', { file })
    expect((await bytesOf(storage(), 'body/large', etag)).equals(bytes)).toBe(true)
  })

  test('an absent object: undefined as text, an error as a stream', async () => {
    expect(await storage().readText('body/none')).toBeUndefined()
    await expect(storage().read('body/none')).rejects.toMatchObject({ code: 'source' })
  })

  test('a read pinned to a version fails once the object is another', async () => {
    const first = await storage().write('body/pinned', 'one')
    expect((await bytesOf(storage(), 'body/pinned', first)).toString()).toBe('one')
    const second = await storage().write('body/pinned', 'two')
    expect(second).not.toBe(first)
    await expect(storage().read('body/pinned', first)).rejects.toMatchObject({ code: 'source' })
    expect((await bytesOf(storage(), 'body/pinned', second)).toString()).toBe('two')
  })

  test('a stream that is given up half way closes quietly', async () => {
    await storage().write('body/half', randomBytes(2_000_000))
    for await (const chunk of await storage().read('body/half')) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    const unread = await storage().read('body/half')
    unread.destroy()
    await once(unread, 'close')
  })
}

function listings(storage: Get, options: SuiteOptions): void {
  test('odd keys: written, read and listed unchanged', async () => {
    const keys = oddKeys.filter((key) => !options.withoutKeys?.includes(key))
    // Some stores take a folder marker only when it is empty, as folder markers are.
    const textOf = (key: string): string => (key.endsWith('/') ? '' : key)
    for (const key of keys) await storage().write(key, textOf(key))
    for (const key of keys) expect((await storage().readText(key))?.text).toBe(textOf(key))
    const found = (await listed(storage(), 'odd/')).map((object) => object.key)
    expect(found).toEqual([...keys].sort(compareKeys))
  })

  test('an entry shows the etag, size and time of the object', async () => {
    const etag = await storage().write('list/entry', 'four')
    const [entry, ...others] = await listed(storage(), 'list/entry')
    expect(others).toEqual([])
    expect(entry).toMatchObject({ key: 'list/entry', etag, bytes: 4 })
    expect(Math.abs(Date.now() - entry!.modifiedAt.getTime())).toBeLessThan(120_000)
    expect((await storage().readText('list/entry'))?.etag).toBe(etag)
  })

  test('a prefix is a prefix of the key, not a folder, and no key is a pattern', async () => {
    for (const key of ['pre/day=1/x', 'pre/day=10/x', 'pre/day=2/x', 'pre/d*']) {
      await storage().write(key, 'x')
    }
    const keysOf = async (prefix: string) => (await listed(storage(), prefix)).map((o) => o.key)
    expect(await keysOf('pre/day=1')).toEqual(['pre/day=1/x', 'pre/day=10/x'])
    expect(await keysOf('pre/day=1/')).toEqual(['pre/day=1/x'])
    expect(await keysOf('pre/d*')).toEqual(['pre/d*'])
    expect(await keysOf('pre/nothing')).toEqual([])
  })

  test('more objects than one page of 1,000, in byte order', async () => {
    const keys = Array.from({ length: 1_105 }, (_, i) => `many/${i % 7}/${i}${i % 2 ? '-x' : ''}`)
    for (let i = 0; i < keys.length; i += 50) {
      await Promise.all(keys.slice(i, i + 50).map((key) => storage().write(key, '')))
    }
    const found = (await listed(storage(), 'many/')).map((object) => object.key)
    expect(found).toEqual([...keys].sort(compareKeys))
  })
}

function conditions(storage: Get): void {
  test('create only: the second writer gets a conflict and changes nothing', async () => {
    await storage().write('if/new', 'first', { ifAbsent: true })
    const second = storage().write('if/new', 'second', { ifAbsent: true })
    await expect(second).rejects.toMatchObject({ code: 'conflict' })
    expect((await storage().readText('if/new'))?.text).toBe('first')
  })

  test('compare and swap: only from the version that was read', async () => {
    const first = await storage().write('if/swap', 'one')
    const second = await storage().write('if/swap', 'two', { ifMatch: first })
    const stale = storage().write('if/swap', 'three', { ifMatch: first })
    await expect(stale).rejects.toMatchObject({ code: 'conflict' })
    expect(await storage().readText('if/swap')).toEqual({ text: 'two', etag: second })
    const absent = storage().write('if/absent', 'x', { ifMatch: first })
    await expect(absent).rejects.toMatchObject({ code: 'conflict' })
  })
}

function races(storage: Get): void {
  test('of twenty that create one key, and of twenty that swap one version, one wins', async () => {
    const winners = async (attempt: (i: number) => Promise<string>): Promise<number[]> => {
      const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => attempt(i)))
      for (const one of settled) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'conflict' })
      }
      return settled.flatMap((one, i) => (one.status === 'fulfilled' ? [i] : []))
    }
    const [creator, ...otherCreators] = await winners((i) =>
      storage().write('if/race', `creator ${i}`, { ifAbsent: true }),
    )
    expect(otherCreators).toEqual([])
    const created = await storage().readText('if/race')
    expect(created?.text).toBe(`creator ${creator}`)
    const [swapper, ...otherSwappers] = await winners((i) =>
      storage().write('if/race', `swapper ${i}`, { ifMatch: created!.etag }),
    )
    expect(otherSwappers).toEqual([])
    expect((await storage().readText('if/race'))?.text).toBe(`swapper ${swapper}`)
  })
}

function copiesAndDeletes(storage: Get): void {
  test('a copy has the bytes of its source, replaces its target, and needs a source', async () => {
    const odd = 'copy/from é+ %41&?#.txt'
    await storage().write(odd, 'source')
    await storage().write('copy/to', 'old')
    await storage().copy(odd, 'copy/to')
    expect((await storage().readText('copy/to'))?.text).toBe('source')
    await expect(storage().copy('copy/none', 'copy/x')).rejects.toMatchObject({ code: 'source' })
  })

  test('deleting removes exactly the keys named, twice without complaint', async () => {
    for (const key of ['del/a', 'del/b & <c>', 'del/sub/d']) await storage().write(key, 'x')
    await storage().delete(['del/a', 'del/b & <c>', 'del/never'])
    await storage().delete(['del/a'])
    await storage().delete([])
    expect((await listed(storage(), 'del/')).map((object) => object.key)).toEqual(['del/sub/d'])
  })
}
