import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readConfig } from '../../config.js'
import { openStorage } from '../../storage/storage.js'
import { createTakeFile } from './take-file.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-take-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('files go below the place of the run, and beside its recorded statements', async () => {
  const warehouse = openStorage(path.join(folder, 'warehouse'))
  const recordTo = path.join(folder, 'sql')
  const takeFile = createTakeFile({ id: 'r1', config: readConfig(undefined), warehouse, recordTo })
  const file = path.join(folder, 'object.ndjson')
  const places: string[] = []
  for (const text of ['{"id":1}\n', '{"id":2}\n']) {
    await writeFile(file, text)
    places.push(await takeFile(file))
  }
  expect(places.map((place) => path.relative(folder, place))).toEqual([
    'warehouse/_work/r1/landed/1.ndjson',
    'warehouse/_work/r1/landed/2.ndjson',
  ])
  expect(await readFile(places[0]!, 'utf8')).toBe('{"id":1}\n')
  expect(await readFile(path.join(recordTo, 'landed', '2.ndjson'), 'utf8')).toBe('{"id":2}\n')
})
