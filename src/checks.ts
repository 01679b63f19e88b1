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

/** Relation of the rows of a table that may have changed since it was last checked; undefined if any row may have. */
export type ChangedRows = (contract: Contract) => string | undefined

/**
 * Checks a table against its contract: key and required columns of changed rows, and the quality rules that the contract
 * states, which may be about any row.
 */
export async function checkTable(
  engine: Engine,
  contract: Contract,
  changed?: string,
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const check = async (name: string, sql: string, rule?: QualityRule) => {
    const broken = Number(Object.values((await engine.query(sql))[0] ?? {})[0] ?? 0)
    const severity = rule?.severity ?? 'error'
    results.push({ table: contract.table, check: name, broken, severity, ...(rule && { rule }) })
  }
  const required = contract.columns.filter((column) => column.required).map(({ name }) => name)
  if (required.length > 0) {
    const isNull = required.map((name) => `${name} is null`).join(' or ')
    await check(
      `required: ${required.join(', ')}`,
      `select count(*) as broken from ${changed ?? contract.table} as changed where ${isNull}`,
    )
  }
  if (contract.key.length > 0) {
    const key = contract.key.join(', ')
    await check(
      `unique: ${key}`,
      `select count(*) as broken from (
        select ${key} from ${withKeysOf(contract, changed)} group by ${key} having count(*) > 1) as repeated`,
    )
  }
  for (const rule of contract.quality) await check(rule.description, rule.query, rule)
  return results
}

/** All rows of a table that have the key of one of its changed rows. */
function withKeysOf({ table, key }: Contract, changed: string | undefined): string {
  if (changed === undefined) return table
  const isSame = key.map((column) => `t.${column} is not distinct from c.${column}`).join(' and ')
  return `(select t.* from ${table} t semi join ${changed} c on ${isSame}) as known`
}

/** Checks every stored table that a model, a kernel or the release has made to last; a broken contract forbids the publish. */
export async function checkTables(
  sessions: readonly Engine[],
  contracts: ReadonlyMap<string, Contract>,
  changedRows: ChangedRows = () => undefined,
): Promise<CheckResult[]> {
  const stored = [...contracts.values()].filter(
    (contract) =>
      !contract.isView && (isProduced(contract) || (isOfRelease(contract) && contract.published)),
  )
  const found = new Map<string, CheckResult[]>()
  const checks = stored.map((contract) => ({ table: contract.table, reads: [], contract }))
  await runByLineage(checks, sessions, async (engine, { table, contract }) => {
    found.set(table, await checkTable(engine, contract, changedRows(contract)))
  })
  const results = stored.flatMap(({ table }) => found.get(table)!)
  const broken = failures(results)
  if (broken.length === 0) return results
  throw await brokenContracts(sessions[0]!, broken)
}

/** Results that forbid a publish. */
const failures = (results: readonly CheckResult[]): CheckResult[] =>
  results.filter(({ broken, severity }) => broken > 0 && severity === 'error')
