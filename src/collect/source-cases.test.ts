import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { collectCases, linesOf, sourceCases } from '../testing/source-cases.js'
import { readSourceFiles } from './source-file.js'

const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-cases-'))
const collected = await collectCases(sourceCases, folder)

afterAll(() => rm(folder, { recursive: true, force: true }))

test('every source file has cases', async () => {
  const presets = [...(await readSourceFiles()).keys()]
  expect([...new Set(sourceCases.map(({ preset }) => preset))].sort()).toEqual(presets.sort())
})

test.each(sourceCases.map((sourceCase, index) => ({ ...sourceCase, index })))(
  '$preset: $name',
  ({ index, expect: expected, rejected, duplicates }) => {
    const { records, reasons, duplicates: found } = collected[index]!
    const columns = Object.keys(expected[0] ?? {})
    expect(linesOf(records, columns)).toEqual(linesOf(expected, columns))
    expect(reasons).toEqual(rejected ?? {})
    expect(found).toBe(duplicates ?? 0)
  },
)
