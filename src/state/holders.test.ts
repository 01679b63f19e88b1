import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { noteHolder } from './holders.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-holders-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a holder that is alive is not told to be dead', async () => {
  const first = await noteHolder(folder, 'first')
  expect(first.dead).toEqual([])
  await first.settle(true)
  expect((await noteHolder(folder, 'second')).dead).toEqual([])
  expect(await readdir(folder)).toEqual(['holders.json'])
})

test('where nothing can be noted, nobody is stopped, and nothing is left', async () => {
  await mkdir(path.join(folder, 'holders.json', 'in-the-way'), { recursive: true })
  const { dead, settle } = await noteHolder(folder, 'first')
  expect(dead).toEqual([])
  await settle(true)
  expect(await readdir(folder)).toEqual(['holders.json'])
})
