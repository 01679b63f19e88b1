import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { compileJob, statementFiles } from './compile.js'
import { localConfig } from './testing/local-config.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-compile-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('an engine whose run is no plain SQL is refused', async () => {
  const compiling = compileJob({ config: localConfig(folder), version: 'test' }, folder)
  await expect(compiling).rejects.toMatchObject({ exitCode: 2, at: 'engine.kind', found: 'duckdb' })
})

test('files of before are never mixed with those of now', async () => {
  const { engine, ...config } = localConfig(folder)
  const spark = { ...engine.spark, url: 'sc://127.0.0.1:1/' }
  const options = { config: { ...config, engine: { ...engine, kind: 'spark', spark } } }
  await writeFile(path.join(folder, '000_session.sql'), 'select 1;')
  const compiling = compileJob({ ...options, version: 'test' }, folder)
  await expect(compiling).rejects.toMatchObject({ exitCode: 2, at: folder, found: 'files' })
})

test('files are those of statements, and not what these read', async () => {
  const compiled = path.join(folder, 'compiled')
  await mkdir(path.join(compiled, 'landed'), { recursive: true })
  for (const name of ['000001_records.sql', '000000_session.sql'])
    await writeFile(path.join(compiled, name), 'select 1;')
  expect(statementFiles(compiled)).toEqual(['000000_session.sql', '000001_records.sql'])
})
