import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { engineMessage } from './engine-message.js'
import { createEngine } from './engines/duckdb/engine.js'
import type { Engine } from './engines/engine.js'
import { compileCli } from './testing/compile-cli.js'
import { contractOf, intColumn } from './testing/contract-of.js'
import { withProject } from './testing/run-project.js'

let folder = ''
let cli = ''
let engine: Engine
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-message-'))
  cli = await compileCli(path.join(folder, 'package'))
  engine = await createEngine({ workFolder: folder })
  await engine.execute(`create table people as select 'ann@example.com' as mail, 447700900123 as phone;
    create table keyed (mail varchar primary key); insert into keyed values ('ann@example.com')`)
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const messageOf = (sql: string): Promise<string> =>
  engine.query(sql).then(() => 'no error', engineMessage)

test.each([
  ['cast(mail as int)', 'Could not convert string … to INT32 of column mail'],
  ["cast(mail || ' to ANN' as int)", 'Could not convert string … to INT32'],
  [`cast(mail || '''"' || chr(10) || mail as int)`, 'Could not convert string … to INT32'],
  ['cast(mail as decimal(5,2))', 'Could not convert string … to DECIMAL(5,2) of column mail'],
  ['cast(mail as date)', 'invalid date field format … of column mail'],
  ['cast(mail as timestamp)', 'invalid timestamp field format … of column mail'],
  ['cast(mail as int[])', 'Type VARCHAR with value …'],
  ['cast(phone as int)', 'Type INT64 with value … to INT32 of column phone'],
  ['phone * 9223372036854775807', 'Overflow in multiplication of INT64 …'],
  ["strptime(mail, '%Y')", 'Could not parse string …'],
  ["json_extract(mail, '$.a')", 'Malformed JSON …'],
  ['cast(\'{"a":"\' || mail || \'"}\' as json)::struct(a int)', 'Failed to cast value'],
  ["timezone(mail, timestamp '2020-01-01')", 'Unknown TimeZone …'],
  ['error(mail)', 'Invalid Input Error: … (values'],
  ["regexp_matches('a', mail || '(')", 'Invalid Input Error: … (values'],
])('%s fails without the value', async (expression, said) => {
  const message = await messageOf(`select ${expression} from people`)
  expect(message).toContain(said)
  expect(message).not.toMatch(/ann|example|447700900123/i)
})

test('a repeated key is told without the key', async () => {
  const message = await messageOf('insert into keyed select mail from people')
  expect(message).toBe('Constraint Error: Duplicate key … (values are left out)')
})

test.each([
  ['select nobody from people', /Referenced column "nobody" not found/],
  ['select nothing(mail) from people', /Function with name nothing does not exist/],
  ['selec 1', /syntax error at or near "selec"/],
  ['select * from nowhere', /Table with name nowhere does not exist/],
])('%s is told with its names', async (sql, said) => {
  expect(await messageOf(sql)).toMatch(said)
})

test('a model that casts an e-mail address to a number fails without the address', async () => {
  const files = {
    'raw/log.csv': 'customer,time,event,email\nc1,2024-03-01,visit,ann@example.com\n',
    'pipelines/insights/numbers.sql': `-- One row per identifier: what it is as a number.
select cast(id_value as int) as number from identifiers where id_type = 'email'
`,
    'schemas/numbers.yaml': contractOf({
      table: 'numbers',
      description: 'One row per identifier: what it is as a number.',
      columns: { number: intColumn },
    }),
    'my.yaml': `{ storage: { raw: raw, warehouse: warehouse }, engine: { threads: 1 },
      sources: { log: { preset: event_log, prefix: log } } }`,
  }
  await withProject(files, {}, async (project) => {
    for (const more of [[], ['--json'], ['--debug']]) {
      const { code, text } = await ran(['run', '-c', 'my.yaml', '-p', '.', ...more], project.folder)
      expect(code).toBe(1)
      expect(text).toContain('Could not convert string … to INT32')
      expect(text).toContain('numbers.sql (table numbers)')
      expect(text).not.toContain('ann@')
    }
  })
})

const ran = (args: string[], cwd: string): Promise<{ code: unknown; text: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, text: stdout + stderr }),
    )
  })
