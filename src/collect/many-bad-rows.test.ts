import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  type CollectedObjects,
  collectObjects,
  dropped,
  writeAsIs,
} from '../testing/collected-objects.js'
import { localConfig } from '../testing/local-config.js'

/** More than a call takes as arguments. */
const count = 200_000

let folder: string
let collected: CollectedObjects['objects']
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-bad-rows-'))
  const config = { ...localConfig(folder), sources: { any: { preset: 'as_is', prefix: '' } } }
  await mkdir(config.storage.raw, { recursive: true })
  const lines = (line: string) => `{"id":1}\n${`${line}\n`.repeat(count)}`
  for (const [key, body] of Object.entries({
    'malformed.ndjson': lines('no JSON'),
    'nul.ndjson': lines('{"id":"\0"}'),
    'unmapped.ndjson': lines(JSON.stringify(dropped)),
    'surplus.csv': `Id,Name\n1,a\n${'1,2,3\n'.repeat(count)}`,
  }))
    await writeFile(path.join(config.storage.raw, key), body)
  collected = (await collectObjects(config, await writeAsIs(folder))).objects
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['malformed.ndjson', 'malformed_json'],
  ['nul.ndjson', 'nul_byte'],
  ['unmapped.ndjson', 'not_mapped'],
  ['surplus.csv', 'too_many_columns'],
])('every row of %s but the first is rejected: %s', (key, reason) => {
  const { rows, problems, records } = collected[key]!
  expect({ rows, records: records.length }).toEqual({ rows: count + 1, records: 1 })
  expect(problems).toHaveLength(count)
  expect(problems[0]).toBe(`2 ${reason}`)
  expect(problems.at(-1)).toBe(`${count + 1} ${reason}`)
})
