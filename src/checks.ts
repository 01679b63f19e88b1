import { brokenContracts } from './broken-contracts.js'
import { type Contract, isOfRelease, isProduced, type QualityRule } from './contract.js'
import type { Engine } from './engines/engine.js'
import { runByLineage } from './run-by-lineage.js'

export interface CheckResult {
  table: string
  check: string
  /** Rows that break the rule. */
  broken: number
  severity: 'error' | 'warning'
  /** The rule of the contract that asks for the check, if one does. */
  rule?: QualityRule
}

/** Which rows of a table may have changed since it was last checked: any, none, or those of a relation. */
export type Changed = 'all' | 'none' | { rows: string }

/**
 * Checks a table against its contract: key and required columns of changed rows, and the quality rules that the contract
 * states, which may be about any row.
 */
export async function checkTable(
  engine: Engine,
  contract: Contract,
  changed: Changed = 'all',
): Promise<CheckResult[]> {
  const { table, quality } = contract
  const checks = checksOfRows(contract, changed)
  const broken = changed === 'none' ? [] : await brokenOf(engine, checks)
  const results = checks.map(([check], index): CheckResult => {
    return { table, check, broken: broken[index] ?? 0, severity: 'error' }
  })
  for (const rule of quality) {
    const [row = {}] = await engine.query(rule.query)
    const rows = Number(Object.values(row)[0] ?? 0)
    results.push({
      table,
      check: rule.description,
      broken: rows,
      severity: rule.severity ?? 'error',
      rule,
    })
  }
  return results
}

/** Checks of single rows and their keys: what is checked, and a SELECT that counts what breaks it. */
function checksOfRows(contract: Contract, changed: Changed): [check: string, select: string][] {
  const { table, columns, key } = contract
  const checks: [string, string][] = []
  const rows = typeof changed === 'object' ? changed.rows : table
  const required = columns.filter((column) => column.required).map(({ name }) => name)
  if (required.length > 0) {
    const isNull = required.map((name) => `${name} is null`).join(' or ')
    checks.push([
      `required: ${required.join(', ')}`,
      `select count(*) as broken from ${rows} as changed where ${isNull}`,
    ])
  }
  if (key.length > 0) {
    const names = key.join(', ')
    checks.push([
      `unique: ${names}`,
      `select count(*) as broken from (
        select ${names} from ${withKeysOf(contract, changed)} group by ${names} having count(*) > 1) as repeated`,
    ])
  }
  return checks
}

/** Counts in one statement what breaks each check. */
async function brokenOf(
  engine: Engine,
  checks: readonly [check: string, select: string][],
): Promise<number[]> {
  if (checks.length === 0) return []
  const counts = checks.map(([, select], index) => `(${select}) as broken_${index}`)
  const [row = {}] = await engine.query(`select ${counts.join(', ')}`)
  return Object.values(row).map(Number)
}

/** All rows of a table that have the key of one of its changed rows. */
function withKeysOf({ table, key }: Contract, changed: Changed): string {
  if (typeof changed !== 'object') return table
  const isSame = key.map((column) => `t.${column} is not distinct from c.${column}`).join(' and ')
  return `(select t.* from ${table} t semi join ${changed.rows} c on ${isSame}) as known`
}

/** Checks every stored table that a model, a kernel or the release has made to last; a broken contract forbids the publish. */
export async function checkTables(
  sessions: readonly Engine[],
  contracts: ReadonlyMap<string, Contract>,
  changedOf: (contract: Contract) => Changed = () => 'all',
): Promise<CheckResult[]> {
  const stored = [...contracts.values()].filter(
    (contract) =>
      !contract.isView && (isProduced(contract) || (isOfRelease(contract) && contract.published)),
  )
  const found = new Map<string, CheckResult[]>()
  const checks = stored.map((contract) => ({ table: contract.table, reads: [], contract }))
  await runByLineage(checks, sessions, async (engine, { table, contract }) => {
    found.set(table, await checkTable(engine, contract, changedOf(contract)))
  })
  const results = stored.flatMap(({ table }) => found.get(table)!)
  const broken = failures(results)
  if (broken.length === 0) return results
  throw await brokenContracts(sessions[0]!, broken)
}

/** Results that forbid a publish. */
const failures = (results: readonly CheckResult[]): CheckResult[] =>
  results.filter(({ broken, severity }) => broken > 0 && severity === 'error')
