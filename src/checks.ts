import type { Contract } from './contract.js'
import type { Engine } from './engines/engine.js'

export interface CheckResult {
  table: string
  check: string
  /** Rows that break the rule. */
  broken: number
  severity: 'error' | 'warning'
}

/** Checks a table against its contract: key, required columns, and the quality rules that the contract states. */
export async function checkTable(engine: Engine, contract: Contract): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const check = async (name: string, sql: string, severity: CheckResult['severity'] = 'error') => {
    const broken = Number(Object.values((await engine.query(sql))[0] ?? {})[0] ?? 0)
    results.push({ table: contract.table, check: name, broken, severity })
  }
  const required = contract.columns.filter((column) => column.required).map(({ name }) => name)
  if (required.length > 0) {
    const isNull = required.map((name) => `${name} is null`).join(' or ')
    await check(
      `required: ${required.join(', ')}`,
      `select count(*) as broken from ${contract.table} where ${isNull}`,
    )
  }
  if (contract.key.length > 0) {
    const key = contract.key.join(', ')
    await check(
      `unique: ${key}`,
      `select count(*) as broken from (select ${key} from ${contract.table} group by ${key} having count(*) > 1) as repeated`,
    )
  }
  for (const rule of contract.quality) await check(rule.description, rule.query, rule.severity)
  return results
}

/** Results that forbid a publish. */
export const failures = (results: readonly CheckResult[]): CheckResult[] =>
  results.filter(({ broken, severity }) => broken > 0 && severity === 'error')
