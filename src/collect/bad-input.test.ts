import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { SourceConfig } from '../config.js'
import { log, traps } from '../testing/bad-input.js'
import { type Collected, collectFiles } from '../testing/collect-files.js'

const nameOf = (title: string): string => title.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()
let folder = ''
let collected = new Map<string, Collected>()

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-traps-'))
  const sources: Record<string, SourceConfig> = {}
  for (const [title, { file, body, also, source }] of Object.entries(traps)) {
    const name = nameOf(title)
    await mkdir(path.join(folder, name))
    await writeFile(path.join(folder, name, file), body)
    if (also !== undefined) await writeFile(path.join(folder, name, 'other.csv'), also)
    sources[name] = { ...log(source), prefix: `${name}/` }
  }
  collected = await collectFiles(folder, sources)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(Object.entries(traps))('%s: kept, counted or rejected with a reason', (title, trap) => {
  const { kept, duplicates, reasons } = collected.get(nameOf(title))!
  expect({ kept, duplicates, reasons }).toEqual({
    kept: trap.kept,
    duplicates: trap.duplicates ?? 0,
    reasons: trap.reasons ?? {},
  })
})

const times = (title: string): unknown[] =>
  collected.get(nameOf(title))!.records.map((row) => row.occurred_at)

test('times are read as what they are', () => {
  expect(times('epoch seconds, milliseconds and microseconds')).toEqual(
    Array(3).fill('2024-03-01 10:00:00'),
  )
  expect(times('local times')).toEqual(['2024-07-01 10:00:00'])
})

test('text of another encoding is kept as it was written', () => {
  const [record] = collected.get(nameOf('umlauts in windows-1252'))!.records
  expect(record).toMatchObject({ event_type: 'rückgabe' })
})

test('a decimal comma is no thousands mark', () => {
  const [record] = collected.get(nameOf('amounts with a decimal comma'))!.records
  expect(Number(record?.revenue)).toBe(1234.5)
})
