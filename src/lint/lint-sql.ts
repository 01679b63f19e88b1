import { parseSelect, type SqlNode, walk } from '../sql.js'
import { textRules, treeRules } from './rules.js'

export interface Finding {
  file: string
  line: number
  rule: string
  message: string
}

/** Findings of the portability lint in one SQL file; `settings` are the setting functions that exist. */
export async function lintSql(
  file: string,
  sql: string,
  settings: ReadonlySet<string>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const found = (offset: number, rule: string, message: string) =>
    findings.push({ file, line: sql.slice(0, offset).split('\n').length, rule, message })
  if (!/^-- One row per /.test(sql)) found(0, 'header', 'no opening comment "-- One row per …"')
  const code = withoutComments(sql)
  for (const { name, message, pattern, inLiterals } of textRules) {
    const match = pattern.exec(inLiterals ? code : withoutLiterals(code))
    if (match) found(match.index, name, message)
  }
  const { tree } = await parseSelect(sql, file)
  walk(tree, (node) => {
    if (settings.has(String(node.function_name))) return
    for (const rule of treeRules) {
      if (rule.breaks(node)) found(offsetOf(node), rule.name, `${rule.message}${named(node)}`)
    }
  })
  if (hasOuterStar(tree)) found(0, 'outer-columns', 'a star in the outer SELECT: list the columns')
  return findings
}

/** Comments blanked, not removed, so that offsets still point into the file. */
const withoutComments = (sql: string): string =>
  sql.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length))

const withoutLiterals = (sql: string): string =>
  sql.replace(/'[^']*'/g, (text) => `'${' '.repeat(text.length - 2)}'`)

const offsetOf = (node: SqlNode): number => {
  const offset = Number(
    node.query_location ?? (node.expression as SqlNode | undefined)?.query_location ?? 0,
  )
  return Number.isSafeInteger(offset) ? offset : 0
}

const named = (node: SqlNode): string =>
  node.function_name ? ` (${String(node.function_name)})` : ''

function hasOuterStar(tree: unknown): boolean {
  const statement = (tree as { statements: { node: SqlNode }[] }).statements[0]
  const list = (statement?.node.select_list ?? []) as SqlNode[]
  return list.some((column) => column.class === 'STAR')
}
