import { describe, expect, test } from '@jest/globals'
import type { SparkUnderTest } from '../../../testing/spark-under-test.js'
import type { Progress } from './results.js'
import { openSparkSession } from './session.js'

/** What statements give and refuse, on a server that we did not write. */
export function statementSuite(spark: () => SparkUnderTest): void {
  describe('statements on Spark', () => {
    test('the server is the version that we are made for', async () => {
      await spark().inSession(async (session) => {
        expect(await session.version()).toMatch(/^4\.1\./)
      })
    })

    test('values of each type arrive as small results carry them', async () => {
      const { columns, row } = everyType()
      await spark().inSession(async (session) => {
        expect(await session.rows(`select ${columns.join(', ')}`)).toEqual([row])
      })
    })

    test('parameters arrive with their values and types', async () => {
      await spark().inSession(async (session) => {
        const text = 'it’s "one" \\ two'
        const rows = await session.rows(
          'select ? as a, typeof(?) as b, ? as c, typeof(?) as d, ? as e, ? as f',
          {
            parameters: [
              text,
              7,
              { type: 'timestamp', value: '2024-03-01T10:00:02.2' },
              { type: 'timestamp', value: '2024-03-01T10:00:02.2' },
              { type: 'decimal(18,4)', value: '12.5' },
              null,
            ],
          },
        )
        const c = '2024-03-01 10:00:02.2'
        expect(rows).toEqual([
          { a: text, b: 'bigint', c, d: 'timestamp_ntz', e: '12.5000', f: null },
        ])
        const named = { a: { type: 'date', value: '2024-02-29' }, b: true }
        expect(await session.rows('select :a as a, :b as b', { parameters: named })).toEqual([
          { a: '2024-02-29', b: true },
        ])
      })
    })

    test('commands answer with their few rows; views and settings last as long as the session', async () => {
      await spark().inSession(async (session) => {
        await session.configure({ 'spark.sql.session.timeZone': 'Asia/Tokyo' })
        expect(await session.execute('create temporary view v as select 1 as x')).toEqual([])
        expect(await session.execute('show views')).toEqual([
          { namespace: '', viewName: 'v', isTemporary: true },
        ])
        expect(await session.execute('select x, current_timezone() as zone from v')).toEqual([
          { x: 1, zone: 'Asia/Tokyo' },
        ])
      })
      await spark().inSession(async (session) => {
        await expect(session.rows('select x from v')).rejects.toMatchObject({ code: 'model' })
      })
    })

    test('a large result comes whole over many streams, and is not kept', async () => {
      await spark().inSession(async (session) => {
        let rows = 0
        let sum = 0n
        for await (const table of session.query(
          'select id, repeat("x", 20) as pad from range(1000000)',
        )) {
          rows += table.numRows
          for (const id of table.getChildAt(0)!.toArray() as BigInt64Array) sum += id
        }
        expect({ rows, sum }).toEqual({ rows: 1_000_000, sum: 499_999_500_000n })
      })
    })

    test('an empty result is one empty table with its columns', async () => {
      await spark().inSession(async (session) => {
        const tables = session.query('select id from range(10) where id < 0')
        const { value } = await tables.next()
        expect(value?.numRows).toBe(0)
        expect(value?.schema.names).toEqual(['id'])
        expect((await tables.next()).done).toBe(true)
      })
    })

    test('progress tells of stages and tasks', async () => {
      await spark().inSession(async (session) => {
        const reports: Progress[] = []
        const slow =
          'select count(*) from range(0, 12000000, 1, 8) where sha2(cast(id as string), 256) < "0"'
        await session.rows(slow, { onProgress: (progress) => reports.push(progress) })
        expect(reports.flatMap(({ stages }) => stages)).toContainEqual(
          expect.objectContaining({ tasks: 8, done: false }),
        )
      })
    })

    test.each(refusals)('%s is refused with place and condition', async (sql, found, fault) => {
      await spark().inSession(async (session) => {
        const error = {
          code: 'model',
          found: expect.stringMatching(found),
          cause: expect.objectContaining(fault),
        }
        await expect(session.rows(sql)).rejects.toMatchObject(error)
      })
    })

    test('a wrong token is refused', async () => {
      const wrong = spark().server.connectionString.replace(/token=[^;]*/, 'token=other')
      await expect(openSparkSession(wrong)).rejects.toMatchObject({
        code: 'source',
        retryable: false,
      })
    })
  })
}

function everyType() {
  const values: [sql: string, value: unknown][] = [
    ['1', 1],
    ['9007199254740993', '9007199254740993'],
    ['cast(-0.5 as decimal(18,4))', '-0.5000'],
    ['1.5D', 1.5],
    ['double("-Infinity")', '-Infinity'],
    ['true', true],
    ['"ä€"', 'ä€'],
    ['date "1969-12-31"', '1969-12-31'],
    ['timestamp_ntz "2024-03-01 10:00:02.200001"', '2024-03-01 10:00:02.200001'],
    ['timestamp_ntz "1969-12-31 23:59:59.5"', '1969-12-31 23:59:59.5'],
    ['array(1L, null)', ['1', null]],
    ['named_struct("x", 1, "y", array(named_struct("z", 2L)))', { x: 1, y: [{ z: '2' }] }],
    ['map("k", 1)', [{ key: 'k', value: 1 }]],
    ['X"ff00"', 'ff00'],
    ['null', null],
    ['cast(null as decimal(10,2))', null],
  ]
  return {
    columns: values.map(([sql], index) => `${sql} as c${index}`),
    row: Object.fromEntries(values.map(([, value], index) => [`c${index}`, value])),
  }
}

const refusals: [sql: string, found: RegExp, fault: object][] = [
  [
    'select cast(concat("ada", id, "@example.com") as int) from range(1000)',
    /^\[CAST_INVALID_INPUT\] SQLSTATE 22018, in cast\(concat.* at character 8, \(values are left out\)$/,
    {
      errorClass: 'CAST_INVALID_INPUT',
      sqlState: '22018',
      parameters: expect.objectContaining({ targetType: '"INT"' }),
      contexts: [expect.objectContaining({ start: 7 })],
    },
  ],
  [
    'select 1 / (id - 5) from range(10)',
    /^\[DIVIDE_BY_ZERO\] SQLSTATE 22012, in 1 \/ \(id - 5\) at character 8/,
    { sqlState: '22012' },
  ],
  [
    'select no_such from range(1)',
    /^\[UNRESOLVED_COLUMN.WITH_SUGGESTION\] .*`no_such` cannot be resolved.* line 1 pos 7$/,
    { parameters: expect.objectContaining({ objectName: '`no_such`' }) },
  ],
  ['selec 1', /^\[PARSE_SYNTAX_ERROR\] Syntax error at or near/, { sqlState: '42601' }],
  [
    'select raise_error("ada@example.com")',
    /^\[USER_RAISED_EXCEPTION\] SQLSTATE P0001, \(values are left out\)$/,
    { parameters: { errorMessage: 'ada@example.com' } },
  ],
]
