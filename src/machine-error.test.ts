import { writeFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { machineError } from './machine-error.js'
import { absentError } from './storage/object-errors.js'

const refused = (code: string) =>
  Object.assign(new Error(`${code}: no space left on device, write`), { code })

test('a full disk is told as one, with what to do', () => {
  expect(machineError(refused('ENOSPC'))).toMatchObject({
    code: 'machine',
    exitCode: 1,
    retryable: true,
    found: 'ENOSPC: no space left on device, write',
    remedy: expect.stringContaining('run.work_folder'),
  })
})

test('so is one that an engine meets', () => {
  const found = 'IO Error: Could not write file "export/paths.parquet": No space left on device'
  expect(machineError(new Error(found))).toMatchObject({
    code: 'machine',
    found,
    remedy: expect.stringContaining('run.work_folder'),
  })
})

test('a file that cannot be written is named', async () => {
  const error = await writeFile('/proc/none', '').catch((error: unknown) => error)
  expect(machineError(Object.assign(error as Error, { code: 'EACCES' }))).toMatchObject({
    at: '/proc/none',
  })
})

test('other errors are none of the machine', () => {
  for (const other of [new Error('x'), refused('ENOENT'), absentError('a'), 'text'])
    expect(machineError(other)).toBeUndefined()
})
