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
  const results = await checkRows(engine, contract, changed)
  for (const rule of contract.quality) results.push(await checkRule(engine, contract.table, rule))
  return results
}

async function checkRows(
  engine: Engine,
  contract: Contract,
  changed: Changed,
): Promise<CheckResult[]> {
  const { table } = contract
  const checks = checksOfRows(engine, contract, changed)
  const broken = changed === 'none' ? [] : await brokenOf(engine, checks)
  return checks.map(({ check }, index) => {
    return { table, check, broken: broken[index] ?? 0, severity: 'error' }
  })
}

async function checkRule(engine: Engine, table: string, rule: QualityRule): Promise<CheckResult> {
  const { description: check, severity = 'error' } = rule
  const [row = {}] = await engine.query(rule.query)
  return { table, check, broken: Number(Object.values(row)[0] ?? 0), severity, rule }
}

interface Check {
  check: string
  /** SELECT of a number that is 0 when nothing breaks it. */
  suspected: string
  /** SELECT of how many rows break it. */
  broken: string
}

/** Checks of single rows and their keys. */
const checksOfRows = (engine: Engine, contract: Contract, changed: Changed): Check[] =>
  [requiredCheck(contract, changed), uniqueCheck(engine, contract, changed)].filter(
    (check) => check !== undefined,
  )

function requiredCheck({ table, columns }: Contract, changed: Changed): Check | undefined {
  const required = columns.filter((column) => column.required).map(({ name }) => name)
  if (required.length === 0) return undefined
  const rows = typeof changed === 'object' ? changed.rows : table
  const isNull = required.map((name) => `${name} is null`).join(' or ')
  const broken = `select count(*) as broken from ${rows} as changed where ${isNull}`
  return { check: `required: ${required.join(', ')}`, suspected: broken, broken }
}

/** Where all hashes differ, so do the keys, at half the cost of comparing them. */
function uniqueCheck(engine: Engine, contract: Contract, changed: Changed): Check | undefined {
  if (contract.key.length === 0) return undefined
  const names = contract.key.join(', ')
  const rows = withKeysOf(contract, changed)
  return {
    check: `unique: ${names}`,
    suspected: `select count(*) - count(distinct ${engine.keyHash(contract.key)}) as suspected from ${rows}`,
    broken: `select count(*) as broken from (
      select ${names} from ${rows} group by ${names} having count(*) > 1) as repeated`,
  }
}

/** Counts what breaks each check, in one statement where nothing does. */
async function brokenOf(engine: Engine, checks: readonly Check[]): Promise<number[]> {
  const suspected = await numbersOf(
    engine,
    checks.map((check) => check.suspected),
  )
  if (suspected.every((count) => count === 0)) return suspected
  return numbersOf(
    engine,
    checks.map((check) => check.broken),
  )
}

/** The number that each SELECT gives. */
async function numbersOf(engine: Engine, selects: readonly string[]): Promise<number[]> {
  if (selects.length === 0) return []
  const numbers = selects.map((select, index) => `(${select}) as number_${index}`)
  const [row = {}] = await engine.query(`select ${numbers.join(', ')}`)
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
