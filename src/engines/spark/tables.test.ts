import { expect, test } from '@jest/globals'
import { writeIntegers } from './integers.js'
import { tablesOf } from './tables.js'

/** Tables below a root, and the statements that they give. */
function recordedTables(root = 's3a://b/w/') {
  const given: string[] = []
  const execute = async (_: string, sql: string) => {
    given.push(sql)
  }
  return { given, tables: tablesOf({ execute, rows: async () => [] }, root) }
}

const columns = [{ name: 'id', type: 'bigint' }]
const beginning = (sql: string) => /^(insert|create)/.exec(sql)?.[0]

test('few rows are a view, and many are files that are shown once', async () => {
  const { given, tables } = recordedTables()
  const rows = Array.from({ length: 25_000 }, (_, id) => ({ id }))
  await tables.write('few', columns, rows.slice(0, 1000))
  expect(given.splice(0).map(beginning)).toEqual(['create'])
  await tables.write('many', columns, rows)
  expect(given.map(beginning)).toEqual(['insert', 'insert', 'insert', 'create'])
  expect(given.at(-1)).toContain(`path 's3a://b/w/many/{1,2,3}'`)
})

test('integers go in batches, and a table without any has its columns', async () => {
  const { given, tables } = recordedTables()
  await writeIntegers(tables, 'numbers', { a: new Int32Array(120_000), b: new Int32Array(120_000) })
  expect(given.splice(0).map(beginning)).toEqual(['insert', 'insert', 'insert', 'create'])
  await writeIntegers(tables, 'numbers', { a: new Int32Array() })
  expect(given).toEqual([expect.stringContaining('cast(`a` as int) as `a`')])
})

test('a place whose name would be a pattern is no pattern', async () => {
  const { given, tables } = recordedTables('s3a://b/w{1,[2]*/')
  await tables.create('t', 'select 1 as id')
  expect(given[0]).toContain(`directory 's3a://b/w{1,[2]*/t/1'`)
  expect(given[1]).toContain(`path 's3a://b/w?1??2??/t/1'`)
})

test('what no caller may do is a bug, and names the table', async () => {
  const { tables } = recordedTables()
  const bug = { code: 'bug', at: 't' }
  await expect(tables.show('t', [])).rejects.toMatchObject(bug)
  await expect(tables.append('t', 'select 1')).rejects.toMatchObject(bug)
})
