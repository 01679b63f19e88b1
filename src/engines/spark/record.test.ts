import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { SparkSession } from './connect/session.js'
import { recorded } from './record.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-record-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A session that does nothing. */
const idle: SparkSession = {
  sessionId: '',
  async *query() {},
  execute: async () => [],
  rows: async () => [],
  configure: async () => undefined,
  version: async () => '',
  interrupt: async () => [],
  close: async () => undefined,
}

const textOf = async (): Promise<string> => {
  const texts: string[] = []
  for (const name of (await readdir(folder)).sort())
    texts.push(await readFile(path.join(folder, name), 'utf8'))
  return texts.join('')
}

test('files are in the order of their statements, however many there are', async () => {
  const session = recorded(idle, folder)
  const tables = Array.from({ length: 1100 }, (_, step) => `t${step % 2}`)
  for (const [step, name] of tables.entries()) await session.execute(`select ${step}`, { name })
  const steps = [...(await textOf()).matchAll(/select (\d+);/g)].map(([, step]) => Number(step))
  expect(steps).toEqual(tables.map((_, step) => step))
})

test('settings are recorded, but no secret, and no value that would end its statement', async () => {
  const session = recorded(idle, folder)
  await session.configure({
    'spark.sql.variant.allowDuplicateKeys': 'true',
    'spark.hadoop.fs.s3a.secret.key': 'hidden-1',
    'spark.hadoop.fs.s3a.access.key': 'hidden-2',
    'fs.azure.account.key.lake.dfs.core.windows.net': 'hidden-3',
    'spark.listener': 'a;drop table hidden-4',
  })
  const text = await textOf()
  expect(text).not.toContain('hidden')
  expect(text).toContain('set spark.sql.variant.allowDuplicateKeys = true;\n')
  const statements = text.split('\n').filter((line) => line.startsWith('set '))
  expect(statements).toHaveLength(2)
  expect(text.match(/^-- \S+ is left out/gm)).toHaveLength(4)
})
