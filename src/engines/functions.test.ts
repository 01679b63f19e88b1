import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { builtInFolder } from '../project.js'
import { withEngine } from '../testing/engine.js'
import type { Value } from './engine.js'

const folder = path.join(builtInFolder, 'src', 'engines')
const cases = parse(readFileSync(path.join(folder, 'functions.cases.yaml'), 'utf8')) as Record<
  string,
  Value
>

const comparable = (value: Value): Value =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value

test('the vocabulary answers as its cases say', async () => {
  await withEngine({}, async (engine) => {
    const answers: Record<string, Value> = {}
    for (const expression of Object.keys(cases)) {
      const [row] = await engine.query(`select ${expression} as answer`)
      answers[expression] = comparable(row?.answer ?? null)
    }
    const expected = Object.entries(cases).map(([expression, value]) => [
      expression,
      comparable(value),
    ])
    expect(answers).toEqual(Object.fromEntries(expected))
  })
})

test('every engine defines the same functions', () => {
  const defined = readdirSync(folder)
    .map((engine) => path.join(folder, engine, 'functions.sql'))
    .filter((file) => existsSync(file))
    .map((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:macro|function) `?([a-z_0-9]+)`?\(/g)]
        .map(([, name]) => name)
        .sort(),
    )
  for (const names of defined) expect(names).toEqual(defined[0])
})
