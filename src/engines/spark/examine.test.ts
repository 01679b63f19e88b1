import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openStorage, type Storage } from '../../storage/storage.js'
import { readRaw } from './examine.js'

let folder: string
let raw: Storage
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-examine-'))
  raw = openStorage(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A cluster that gives these lines of whatever it is asked for. */
function clusterOf(...lines: number[]) {
  const asked: string[] = []
  const rows = async (sql: string) => {
    asked.push(sql)
    return lines.map((length) => ({ length }))
  }
  return { asked, rows }
}

test('an object that clusters can list is tried, under a name that is no pattern', async () => {
  for (const key of ['_hidden.csv', 'a{1}.csv']) await raw.write(key, 'Id\n')
  const cluster = clusterOf(2)
  expect(await readRaw(cluster, raw)).toBe('opened "a{1}.csv"')
  expect(cluster.asked).toEqual([expect.stringContaining('/a?1?.csv` limit 1')])
})

test('an object of which no line comes is no success', async () => {
  expect(await readRaw(clusterOf(), raw)).toBe('no object to try it on')
  await raw.write('a.csv', 'Id\n')
  const failed = { code: 'source', at: expect.stringMatching(/a\.csv$/), found: 'none' }
  await expect(readRaw(clusterOf(), raw)).rejects.toMatchObject(failed)
})
