import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createEngine, openKept } from './engine.js'
import { isUnfinished, journaled } from './rollback-journal.js'

const headerBytes = 12_288
const blockBytes = 262_144

let folder = ''
let kept = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-'))
  const engine = await createEngine({ workFolder: folder, threads: 1 })
  for (let table = 0; table < 40; table++)
    await engine.createTable(`table_${table}`, `select range as n from range(${table + 1})`)
  kept = await engine.closeKept()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a checkpoint that is killed within a write of metadata is undone', async () => {
  const before = await readFile(kept)
  const journal = path.join(folder, 'journal')
  const blocks = await changeAndClose(journal)
  expect(await isUnfinished(kept)).toBe(false)
  expect(await rowsOf(kept)).toBe('2')

  const torn = tornWithin(blocks, before, await readFile(kept))
  await writeFile(kept, torn)
  await expect(rowsOf(kept)).rejects.toThrow('Corrupt database file')

  await copyFile(journal, `${kept}.journal`)
  expect(await isUnfinished(kept)).toBe(true)
  expect(await rowsOf(kept)).toBe('1')
  expect((await readFile(kept)).equals(torn)).toBe(true)
})

/** Adds a row to a table, and puts the journal of the checkpoint by; returns the blocks of metadata. */
async function changeAndClose(journal: string): Promise<bigint[]> {
  const engine = await open(kept)
  const rows = await engine.query(`select block_id from pragma_metadata_info('engine')`)
  const blocks = rows.map(({ block_id }) => BigInt(String(block_id)))
  await journaled(kept, blocks, () => copyFile(`${kept}.journal`, journal))
  await engine.createTable('table_0', 'select range as n from range(2)')
  await engine.closeKept()
  return blocks
}

/** The file as it is when half of each block is written, and the header is not. */
function tornWithin(blocks: readonly bigint[], before: Buffer, after: Buffer): Buffer {
  const torn = Buffer.from(after)
  before.copy(torn, 0, 0, headerBytes)
  for (const block of blocks) {
    const end = headerBytes + (Number(block) + 1) * blockBytes
    before.copy(torn, end - blockBytes / 2, end - blockBytes / 2, end)
  }
  return torn
}

async function rowsOf(file: string): Promise<string> {
  const engine = await open(file)
  const [row] = await engine.query('select count(*) as rows from table_0')
  await engine.close()
  return String(row?.rows)
}

const open = async (file: string) =>
  openKept(
    { workFolder: await mkdtemp(path.join(folder, 'work-')), threads: 1 },
    { file, isInPlace: true },
  )
