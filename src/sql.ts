import { DuckDBInstance } from '@duckdb/node-api'
import { ThroughlineError } from './errors.js'

/** One object of a syntax tree, as the parser serialises it. */
export type SqlNode = { [key: string]: Json }
type Json = string | number | boolean | null | Json[] | SqlNode

export interface ParsedSelect {
  /** Tables that the SELECT reads, its own CTEs left out, in alphabetical order. */
  reads: string[]
  /** Every function that it calls, in alphabetical order. */
  functions: string[]
  tree: Json
}

let parser: Promise<Awaited<ReturnType<DuckDBInstance['connect']>>> | undefined

const connection = () => {
  parser ??= DuckDBInstance.create(':memory:', { threads: '1' }).then((db) => db.connect())
  return parser
}

/** SELECTs that were parsed already: those of a stream are asked for with every batch. */
const parsed = new Map<string, ParsedSelect>()

/** Parses one SELECT without running it; refuses anything else, so a model can only read. */
export async function parseSelect(sql: string, at: string): Promise<ParsedSelect> {
  const text = sql.trim().replace(/;$/, '')
  const known = parsed.get(text)
  if (known) return known
  const tree = await treeOf(text)
  if (tree.error === true) throw notOneSelect(at, String(tree.error_message))
  const statements = tree.statements as Json[]
  if (statements.length !== 1) throw notOneSelect(at, `${statements.length} statements`)
  const result = { ...referencesOf(tree), tree }
  parsed.set(text, result)
  return result
}

async function treeOf(text: string): Promise<SqlNode> {
  const reader = await (await connection()).runAndReadAll(
    'select json_serialize_sql($1::varchar) as tree',
    [text],
  )
  return JSON.parse(String(reader.getRowsJson()[0]?.[0])) as SqlNode
}

const notOneSelect = (at: string, found: string): ThroughlineError =>
  new ThroughlineError({
    code: 'model',
    at,
    expected: 'one SELECT',
    found,
    remedy: 'Correct the SQL; a model file holds a single SELECT and nothing else.',
  })

function referencesOf(tree: Json): { reads: string[]; functions: string[] } {
  const tables = new Set<string>()
  const ctes = new Set<string>()
  const functions = new Set<string>()
  walk(tree, (node) => {
    if (node.type === 'BASE_TABLE') tables.add(String(node.table_name))
    if (node.class === 'FUNCTION' || node.class === 'WINDOW')
      functions.add(String(node.function_name))
    const map = (node.cte_map as SqlNode | undefined)?.map as { key: string }[] | undefined
    for (const entry of map ?? []) ctes.add(entry.key)
  })
  return {
    reads: [...tables].filter((table) => !ctes.has(table)).sort(),
    functions: [...functions].sort(),
  }
}

/** Visits every object of a syntax tree. */
export function walk(json: Json, visit: (node: SqlNode) => void): void {
  if (Array.isArray(json)) {
    for (const item of json) walk(item, visit)
  } else if (json !== null && typeof json === 'object') {
    visit(json)
    for (const value of Object.values(json)) walk(value, visit)
  }
}

/** A text as a SQL string literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
