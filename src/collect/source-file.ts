import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Contract } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import { projectFiles } from '../project.js'
import { parseSelect } from '../sql.js'

/** Where a source's rows go: the table of texts that it fills and the typed table made of it. */
export interface Intake {
  rows: 'source_rows' | 'ad_spend_rows'
  records: 'records' | 'ad_spend_records'
}

const intakes: readonly Intake[] = [
  { rows: 'source_rows', records: 'records' },
  { rows: 'ad_spend_rows', records: 'ad_spend_records' },
]

export interface SourceFile {
  preset: string
  file: string
  select: string
  /** First comment line: what the file reads. */
  title: string
}

/** Source files by preset name, a user's own laid over the built-in ones. */
export async function readSourceFiles(projectFolder?: string): Promise<Map<string, SourceFile>> {
  const sources = new Map<string, SourceFile>()
  const files = projectFiles(path.join('pipelines', 'collect'), '.sql', projectFolder)
  for (const [preset, file] of files) {
    const select = readFileSync(file, 'utf8').trim().replace(/;$/, '')
    await parseSelect(select, file)
    const title = /^--\s*(.*)/.exec(select)?.[1] ?? preset
    sources.set(preset, { preset, file, select, title })
  }
  return sources
}

/** Fields of a payload's top level that a source file reads; `columns` can only give values to these. */
export const fieldsOf = (select: string): string[] => [
  ...new Set(
    [...select.matchAll(/\bpayload\s*,\s*'\$\.([^.[']+)/g)].map(([, field]) => field as string),
  ),
]

/**
 * The SELECT that fills an intake table from `raw`: the source's own columns in the contract's order, the rest
 * null. `raw` must exist. Errors: a column that the intake does not know, or of another type.
 */
export async function intakeSelect(
  engine: Pick<Engine, 'describe'>,
  source: SourceFile,
  contracts: ReadonlyMap<string, Contract>,
): Promise<{ intake: Intake; select: string }> {
  const found = new Map(
    (await engine.describe(source.select)).map(({ name, type }) => [name, type]),
  )
  const intake = found.has('spend_on') ? intakes[1]! : intakes[0]!
  const columns = contracts.get(intake.rows)!.columns
  const problems = [
    ...[...found.keys()]
      .filter((name) => !columns.some((column) => column.name === name))
      .map((name) => `unknown column ${name}`),
    ...columns
      .filter(({ name, required }) => required && !found.has(name))
      .map(({ name }) => `missing column ${name}`),
    ...columns
      .filter(({ name, physicalType }) => !fits(found.get(name), physicalType))
      .map(({ name, physicalType }) => `${name} is ${found.get(name)}, not ${physicalType}`),
  ]
  if (problems.length > 0) throw intakeError(source, intake, problems)
  const list = columns.map(({ name, physicalType }) =>
    found.has(name)
      ? `cast(${name} as ${physicalType}) as ${name}`
      : `cast(null as ${physicalType}) as ${name}`,
  )
  return { intake, select: `select ${list.join(', ')} from (${source.select}) as source_select` }
}

/** Integers of any width fit an integer column, a column of nulls fits any. */
const fits = (found: string | undefined, expected: string): boolean =>
  found === undefined ||
  found === expected ||
  found === '"null"' ||
  (['int', 'bigint'].includes(found) && ['int', 'bigint'].includes(expected))

const intakeError = (source: SourceFile, intake: Intake, problems: readonly string[]) =>
  new ThroughlineError({
    code: 'model',
    at: source.file,
    expected: `columns of schemas/${intake.rows}.yaml`,
    found: problems.join('; '),
    remedy: 'Name the columns as the contract does and cast them.',
  })
