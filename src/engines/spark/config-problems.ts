import type { Config, SourceConfig } from '../../config.js'
import { type Problem, ThroughlineError } from '../../errors.js'
import { parseConnectionString } from './connect/connection-string.js'

/** What of a config a run on Spark could not follow. */
export const configProblems = (config: Config): Problem[] => [
  ...urlProblems(config.engine.spark.url),
  ...Object.entries(config.sources).flatMap(([name, source]) => sourceProblems(name, source)),
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

const inEnvironment = {
  expected: 'no token',
  found: 'one',
  remedy: 'Put it into SPARK_CONNECT_AUTHENTICATE_TOKEN of the environment, and nowhere else.',
}

/** Objects are read where they lie: what only a landing could make of them is refused. */
const onlyLanded: readonly (readonly [keyof SourceConfig, (value: unknown) => boolean])[] = [
  ['topic', () => true],
  ['format', (value) => value === 'json' || value === 'tsv'],
  ['compression', (value) => value === 'zst'],
  ['encoding', (value) => !/^utf-?8$/i.test(String(value))],
  ['skip_lines', (value) => value !== 0],
  ['records_path', () => true],
]

const sourceProblems = (name: string, source: SourceConfig): Problem[] =>
  onlyLanded
    .filter(([key, isRefused]) => source[key] !== undefined && isRefused(source[key]))
    .map(([key]) => ({
      at: `sources.${name}.${key}`,
      expected:
        'what Spark reads where it lies: CSV or NDJSON in UTF-8, plain or as .gz, or Parquet',
      found: JSON.stringify(source[key]),
      remedy:
        'Have the objects exported so, or run with engine.kind duckdb; docs/spark.md lists what differs.',
    }))
