import type { Config } from '../../config.js'
import { type Problem, ThroughlineError } from '../../errors.js'
import { parseConnectionString, tokenVariable } from './connect/connection-string.js'

/** What of a config a run on Spark could not follow. */
export const configProblems = (config: Config): Problem[] => [
  ...urlProblems(config.engine.spark.url),
  ...placeProblems(config),
]

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

/** Where Hadoop looks for files by a pattern, it takes what is before a colon for the scheme of a URL. */
const placeProblems = ({ storage, stream }: Config): Problem[] =>
  Object.entries({
    'storage.raw': storage.raw,
    'storage.warehouse': storage.warehouse,
    'stream.archive': stream.archive,
  })
    .filter(([, url]) => url.replace(/^\w+:\/\//, '').includes(':'))
    .map(([at, found]) => ({
      at,
      expected: 'a place without a colon in its path',
      found,
      remedy: 'Name a place that clusters can list.',
    }))

const inEnvironment = {
  expected: 'no token',
  found: 'one',
  remedy: `Put it into ${tokenVariable} of the environment, and nowhere else.`,
}
