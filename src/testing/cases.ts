import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Row, Settings, Value } from '../engines/engine.js'
import type { Model } from '../models.js'
import { givenTable, withEngine } from './engine.js'

export interface ModelCase {
  name: string
  /** Overrides of setting functions. */
  settings?: Settings
  /** Input rows by table; only the columns that matter. Tables that the model reads and the case omits are empty. */
  given: Record<string, Row[]>
  /** Every output row, in any order; only the columns that matter, the same ones in each row. */
  expect: Row[]
}

const casesFile = (model: Pick<Model, 'file'>): string =>
  model.file.replace(/\.sql$/, '.cases.yaml')

/** Cases beside a model, `<table>.cases.yaml`. */
export const readCases = (model: Pick<Model, 'file'>): ModelCase[] =>
  existsSync(casesFile(model)) ? (parse(readFileSync(casesFile(model), 'utf8')) as ModelCase[]) : []

/** Rows of a case, found and expected, in the same form and order, ready to be compared. */
export interface ComparedRows {
  found: string[]
  expected: string[]
}

/** Runs one case on the embedded engine. */
export async function runCase(
  model: Model,
  modelCase: ModelCase,
  registries: ReadonlySet<string>,
): Promise<ComparedRows> {
  return withEngine(modelCase.settings ?? {}, async (engine) => {
    for (const table of model.reads) {
      if (registries.has(table) && !modelCase.given[table]) continue
      await givenTable(engine, table, modelCase.given[table] ?? [])
    }
    return comparedRows(await engine.query(model.select), modelCase)
  })
}

export function comparedRows(rows: readonly Row[], { expect }: ModelCase): ComparedRows {
  const columns = Object.keys(expect[0] ?? {})
  const lines = (from: readonly Row[]) => from.map((row) => line(row, columns)).sort()
  return { found: lines(rows), expected: lines(expect) }
}

const line = (row: Row, columns: readonly string[]): string =>
  columns.map((name) => `${name}=${text(row[name] ?? null)}`).join(' | ')

/** Numbers compare by value whatever their carrier (64-bit integers and decimals arrive as text). */
function text(value: Value): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`
  if (typeof value === 'boolean') return String(value)
  const plain = String(value)
  return /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(plain) && plain.length < 16
    ? String(Number(Number(plain).toPrecision(12)))
    : plain
}
