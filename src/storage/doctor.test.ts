import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { examineSource, examineWarehouse } from './doctor.js'
import { absentError } from './object-errors.js'
import { openStorage, type Storage } from './storage.js'

let folder: string
let storage: Storage

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'storage-doctor-'))
  storage = openStorage(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a healthy warehouse passes every probe and keeps nothing of it', async () => {
  const found = await examineWarehouse(storage)
  expect(found.map(({ check, ok }) => [check, ok])).toEqual([
    ['list', true],
    ['write and read back', true],
    ['conditional create', true],
    ['conditional swap', true],
    ['copy', true],
    ['delete', true],
  ])
  for await (const object of storage.list('')) expect(object).toBeUndefined()
})

test('a store that ignores conditions is found out, with a remedy', async () => {
  const careless: Storage = { ...storage, write: (key, body) => storage.write(key, body) }
  const failed = (await examineWarehouse(careless)).filter(({ ok }) => !ok)
  expect(failed.map(({ check }) => check)).toEqual(['conditional create', 'conditional swap'])
  expect(failed[0]?.remedy).toContain('only one run')
})

test('a source is probed without a write', async () => {
  await writeFile(path.join(folder, 'export.csv'), 'a,b')
  await chmod(folder, 0o500)
  const found = await examineSource(storage)
  await chmod(folder, 0o700)
  expect(found.map(({ ok }) => ok)).toEqual([true, true])
  expect(found[1]?.detail).toContain('export.csv')
})

test('a folder of exports that does not exist is no empty one', async () => {
  const found = await examineSource(openStorage(path.join(folder, 'exprts')))
  expect(found).toMatchObject([
    { check: 'list', ok: false, detail: expect.stringContaining('exprts does not exist') },
  ])
})

test('what fails for one reason is told once', async () => {
  const refuse = async () => {
    throw absentError('bucket')
  }
  const readOnly: Storage = { ...storage, write: refuse }
  expect((await examineWarehouse(readOnly)).map(({ check, ok }) => [check, ok])).toEqual([
    ['list', true],
    ['write and read back', false],
  ])
})
