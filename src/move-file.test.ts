import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { moveFile } from './move-file.js'

/** A file system in memory, which Linux has beside that of temporary files. */
const otherDisk = '/dev/shm'

let here = ''
let there = ''
beforeAll(async () => {
  here = await mkdtemp(path.join(os.tmpdir(), 'throughline-move-'))
  there = await mkdtemp(path.join(existsSync(otherDisk) ? otherDisk : os.tmpdir(), 'throughline-'))
})
afterAll(async () => {
  for (const folder of [here, there]) await rm(folder, { recursive: true })
})

test('a file that is moved takes the place of another, and its own is free', async () => {
  const [from, to] = [path.join(there, 'tables'), path.join(here, 'tables')]
  await writeFile(from, 'new')
  await writeFile(to, 'old')
  await moveFile(from, to)
  expect(await readFile(to, 'utf8')).toBe('new')
  expect([await readdir(here), await readdir(there)]).toEqual([['tables'], []])
})

test('of a folder that cannot be moved whole nothing is at its new place', async () => {
  const [from, to] = [await mkdtemp(path.join(there, 'from-')), path.join(here, 'to')]
  if ((await stat(from)).dev === (await stat(here)).dev) return
  // Nobody can copy a socket.
  const server = createServer().listen(path.join(from, 'socket'))
  await once(server, 'listening')
  await expect(moveFile(from, to)).rejects.toMatchObject({ code: 'ERR_FS_CP_SOCKET' })
  expect(existsSync(to)).toBe(false)
  server.close()
})
