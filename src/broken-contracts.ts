import type { CheckResult } from './checks.js'
import { counted } from './counted.js'
import type { Engine } from './engines/engine.js'
import { errorOf, type Problem, ThroughlineError } from './errors.js'

/** The error of a run whose tables break contracts, with what the rules say of the rows that break them. */
export async function brokenContracts(
  engine: Engine,
  broken: readonly CheckResult[],
): Promise<ThroughlineError> {
  const problems: Problem[] = []
  for (const result of broken) problems.push(await problemOf(engine, result))
  const isBooks = broken.some((result) => propertyOf(result, 'fails_as') === 'books')
  const { code, at, expected, found, remedy } = errorOf(isBooks ? 'books' : 'contract', problems)
  const stands = 'Nothing was published; the previous release stands.'
  return new ThroughlineError({ code, at, expected, found, remedy: `${remedy} ${stands}` })
}

async function problemOf(engine: Engine, result: CheckResult): Promise<Problem> {
  const query = propertyOf(result, 'explain')
  const told = query === undefined ? [] : await engine.query(query)
  const said = (column: string): string[] => [...new Set(told.map((row) => String(row[column])))]
  return {
    at: `${result.table} (${result.check})`,
    expected: 'no row that breaks a contract',
    found: said('found').join('; ') || counted(result.broken, 'row'),
    remedy: said('remedy').join(' ') || 'Correct the input or the contract.',
  }
}

const propertyOf = ({ rule }: CheckResult, name: 'explain' | 'fails_as'): string | undefined =>
  rule?.customProperties?.find(({ property }) => property === name)?.value
