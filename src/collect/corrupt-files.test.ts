import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { SourceConfig } from '../config.js'
import { type Collected, collectFiles } from '../testing/collect-files.js'
import { withEngine } from '../testing/engine.js'
import { withoutCorrupt } from './corrupt-files.js'

const rows = 2000
const events = `select concat('c', cast(id as varchar)) as customer, 'visit' as event, '2024-03-01' as time,
  cast(id as varchar) as id from (select unnest(range(${rows})) as id) as numbers`

/** What is done to a sound file; both ends keep their magic bytes. */
const damages: Record<string, (sound: Buffer) => Buffer> = {
  'a false footer': () =>
    Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(40), Buffer.from('PAR1')]),
  'a footer longer than the file': (sound) => {
    sound.writeUInt32LE(sound.length * 2, sound.length - 8)
    return sound
  },
  'a footer of other bytes': (sound) => {
    const length = sound.readUInt32LE(sound.length - 8)
    return sound.fill(0xff, sound.length - 8 - length, sound.length - 8)
  },
  'a corrupt page': (sound) => sound.fill(0xff, 200, 400),
  'a middle that is missing': (sound) =>
    Buffer.concat([sound.subarray(0, 500), sound.subarray(1500)]),
}

const nameOf = (title: string): string => title.replaceAll(' ', '_')
let folder = ''
let soundFile = ''
let collected = new Map<string, Collected>()

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-corrupt-'))
  soundFile = path.join(folder, 'sound.parquet')
  await withEngine({}, (engine) => engine.writeParquet(events, soundFile))
  const sources: Record<string, SourceConfig> = {}
  for (const [title, damaged] of Object.entries(damages)) {
    const name = nameOf(title)
    await mkdir(path.join(folder, name))
    await writeFile(path.join(folder, name, 'a.parquet'), damaged(await readFile(soundFile)))
    await writeFile(path.join(folder, name, 'b.parquet'), await readFile(soundFile))
    sources[name] = { preset: 'event_log', prefix: `${name}/` }
    sources[`${name}_alone`] = { preset: 'event_log', prefix: `${name}/a` }
  }
  collected = await collectFiles(folder, sources)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(Object.keys(damages))('%s: the object is rejected, the one beside it read', (title) => {
  const both = collected.get(nameOf(title))!
  expect(both).toMatchObject({ rows: rows + 1, kept: rows, reasons: { corrupt_parquet: 1 } })
  const alone = collected.get(`${nameOf(title)}_alone`)!
  expect(alone).toMatchObject({ rows: 1, kept: 0, reasons: { corrupt_parquet: 1 } })
})

test('a failure that no file is the cause of is passed on', async () => {
  await withEngine({}, async (engine) => {
    const sound = { file: { path: soundFile, format: 'parquet' as const } }
    const work = () => Promise.reject(new Error('another cause'))
    await expect(withoutCorrupt(engine, [sound], work)).rejects.toThrow('another cause')
    const absent = { file: { path: path.join(folder, 'absent'), format: 'parquet' as const } }
    await expect(withoutCorrupt(engine, [absent], work)).rejects.toThrow('absent')
  })
})
