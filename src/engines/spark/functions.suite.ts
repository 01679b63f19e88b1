import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { builtInFolder } from '../../project.js'
import { usualSettings } from '../../testing/engine.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import type { Value } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { prepareSession } from './prepare.js'
import { settingStatement } from './vocabulary.js'

const file = path.join(builtInFolder, 'src', 'engines', 'functions.cases.yaml')
const cases = parse(readFileSync(file, 'utf8')) as Record<string, Value>

/** The shared vocabulary, on Spark. */
export function functionSuite(spark: () => SparkUnderTest): void {
  describe('the vocabulary on Spark', () => {
    test('answers as its cases say', async () => {
      await spark().inSession(async (session) => {
        await prepareSession(session, usualSettings)
        const answers = await answersOf(session, Object.keys(cases))
        const expected = Object.entries(cases).map(([name, value]) => [name, comparable(value)])
        expect(answers).toEqual(Object.fromEntries(expected))
      })
    })

    test('stands over aggregates, in aggregates, in groups and in windows', async () => {
      await spark().inSession(async (session) => {
        await prepareSession(session, usualSettings)
        const rows = await session.rows(
          `select integer_division(id, 5) as k, safe_ratio(sum(id), count(*)) as mean, max(safe_ratio(id, 2)) as half,
            sum(safe_ratio(max(id), 1)) over (order by integer_division(id, 5) rows between unbounded preceding and current row) as running
          from range(10) group by integer_division(id, 5) order by k nulls last`,
        )
        expect(rows).toEqual([
          { k: '0', mean: 2, half: 2, running: 4 },
          { k: '1', mean: 7, half: 4.5, running: 13 },
        ])
      })
    })

    test('texts of settings keep their quotes and backslashes', async () => {
      await spark().inSession(async (session) => {
        const text = `it's a \\ "b"`
        await session.execute(settingStatement('some_text', text))
        expect(await session.rows('select some_text() as text')).toEqual([{ text }])
      })
    })
  })
}

/** All in one statement; where that is refused each alone, errors being answers, so that one run tells of all. */
async function answersOf(
  session: SparkSession,
  expressions: readonly string[],
): Promise<Record<string, Value>> {
  const columns = expressions.map((expression, index) => `${expression} as c${index}`)
  const [row] = await session.rows(`select ${columns.join(', ')}`).catch(() => [undefined])
  const answers: Record<string, Value> = {}
  for (const [index, expression] of expressions.entries())
    answers[expression] = row
      ? comparable(row[`c${index}`] ?? null)
      : await answer(session, expression)
  return answers
}

const answer = (session: SparkSession, expression: string): Promise<Value> =>
  session.rows(`select ${expression} as answer`).then(
    ([row]) => comparable(row?.answer ?? null),
    (error: Error) => error.message,
  )

const comparable = (value: Value): Value =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
