import type { Config } from '../../config.js'
import { type Problem, ThroughlineError } from '../../errors.js'
import { parseConnectionString, tokenVariable } from './connect/connection-string.js'

/** What of a config a run on Spark could not follow. */
export const configProblems = (config: Config): Problem[] => urlProblems(config.engine.spark.url)

function urlProblems(url: string): Problem[] {
  const at = 'engine.spark.url'
  if (/;token=/i.test(url)) return [{ at, ...inEnvironment }]
  try {
    parseConnectionString(url)
    return []
  } catch (error) {
    if (!(error instanceof ThroughlineError)) throw error
    const { expected, found } = error
    const remedy = 'Write it as sc://host:15002/;use_ssl=true;user_id=…'
    return [{ at, expected, found: url === '' ? 'nothing' : found, remedy }]
  }
}

const inEnvironment = {
  expected: 'no token',
  found: 'one',
  remedy: `Put it into ${tokenVariable} of the environment, and nowhere else.`,
}
