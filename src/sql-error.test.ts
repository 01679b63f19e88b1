import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { createEngine } from './engines/duckdb/engine.js'
import { ThroughlineError } from './errors.js'
import { sqlError } from './sql-error.js'

const model = { file: 'pipelines/insights/x.sql', table: 'x' }
const at = 'pipelines/insights/x.sql (table x)'

/** What is made of an engine's failure with little memory and no room to spill. */
async function failureOf(sql: string, before = 'select 1'): Promise<unknown> {
  const workFolder = await mkdtemp(path.join(os.tmpdir(), 'throughline-sql-error-'))
  const engine = await createEngine({ workFolder, memoryLimitMegabytes: 64, threads: 1 })
  try {
    await engine.execute(before)
    return await engine.execute(sql).catch((cause: unknown) => sqlError(model, cause))
  } finally {
    await engine.close()
    await rm(workFolder, { recursive: true, force: true })
  }
}

const sorted =
  'create temp table t as select range as a, repeat(cast(range as varchar), 20) as b from range(3000000) order by b'

test('a full disk is the machine’s, and says which folder needs room', async () => {
  expect(await failureOf(sorted, `set max_temp_directory_size = '1MB'`)).toMatchObject({
    code: 'machine',
    exitCode: 1,
    retryable: true,
    at,
    remedy: expect.stringContaining('run.work_folder'),
  })
})

test('too little memory is the machine’s, and says which setting to raise', async () => {
  const listed = 'create temp table t as select list(range) as l from range(100000000)'
  expect(await failureOf(listed)).toMatchObject({
    code: 'machine',
    at,
    remedy: expect.stringContaining('engine.memory_megabytes'),
  })
})

test.each([
  ['IO Error: Could not write file "/tmp/x": No space left on device', 'machine', /Free space/],
  ['IO Error: Cannot open file "/tmp/x": Too many open files', 'machine', /run\.work_folder/],
  ['Binder Error: Referenced column "x" not found in FROM clause!', 'model', /Correct the model/],
])('%s is of the code %s', (message, code, remedy) => {
  expect(sqlError(model, new Error(message))).toMatchObject({
    code,
    found: message,
    remedy: expect.stringMatching(remedy),
  })
})

test('a full disk is known in an error whose words are left out', () => {
  const cause = new Error('FATAL Error: checkpoint failed:\nNo space left on device')
  expect(sqlError(model, cause)).toMatchObject({
    code: 'machine',
    remedy: expect.stringContaining('Free space'),
  })
})

test('an engine that says itself what is wrong keeps its code and words, and the model is named', () => {
  const said = {
    code: 'source',
    expected: 'an answer',
    found: 'UNAVAILABLE',
    remedy: 'Check that the server runs.',
    retryable: true,
  } as const
  const error = sqlError(model, new ThroughlineError({ ...said, at: 'Spark at host:1' }))
  expect(error).toMatchObject({ ...said, at: `${at}, Spark at host:1`, exitCode: 5 })
})
