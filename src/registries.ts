import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Contract, columnsOf } from './contract.js'
import type { Engine, Row } from './engines/engine.js'
import { ThroughlineError } from './errors.js'
import { projectFiles } from './project.js'

/** Loads every `config/<table>.csv` as a table, typed by its contract. */
export async function loadRegistries(
  engine: Pick<Engine, 'writeRows'>,
  contracts: ReadonlyMap<string, Contract>,
  projectFolder?: string,
): Promise<void> {
  for (const [table, file] of projectFiles('config', '.csv', projectFolder)) {
    const contract = contracts.get(table)
    if (!contract) throw unknownRegistry(table, file)
    await engine.writeRows(
      table,
      columnsOf(contract),
      parseRegistry(await readFile(file, 'utf8'), file, contract),
    )
  }
}

/** The values of one column of `config/<table>.csv`, of a file that no contract has been held against yet. */
export function registryColumn(table: string, column: string, projectFolder?: string): string[] {
  const file = projectFiles('config', '.csv', projectFolder).get(table)
  const [header, ...rows] = file ? linesOf(readFileSync(file, 'utf8')) : []
  const place = header?.values.indexOf(column) ?? -1
  return rows.flatMap(({ values }) => values[place] || [])
}

export interface RegistryLine {
  /** Place in the file, from 1. */
  number: number
  values: string[]
}

/** The header and the rows of a registry; empty lines and comments are left out. */
export const linesOf = (text: string): RegistryLine[] =>
  text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ line, number }) => ({ number, values: cells(line) }))

/** Rows of a registry: comma separated, a header, double quotes where a value holds a comma; empty is null. */
export function parseRegistry(text: string, file: string, contract: Contract): Row[] {
  const [first, ...lines] = linesOf(text)
  const header = first?.values ?? []
  const expected = contract.columns.map(({ name }) => name)
  if (header.join() !== expected.join()) {
    throw new ThroughlineError({
      code: 'config',
      at: file,
      expected: `columns ${expected.join(', ')}`,
      found: header.join(', '),
      remedy: `Name the columns as ${contract.file} does.`,
    })
  }
  const rows = lines.map(({ values }) =>
    Object.fromEntries(header.map((name, index) => [name, values[index] || null])),
  )
  const repeated = firstRepeated(
    rows.map((row) => contract.key.map((name) => row[name]).join(', ')),
  )
  if (contract.key.length > 0 && repeated !== undefined) throw repeatedKey(file, contract, repeated)
  return rows
}

const firstRepeated = (keys: readonly string[]): string | undefined =>
  keys.find((key, index) => keys.indexOf(key) !== index)

const repeatedKey = (file: string, contract: Contract, key: string): ThroughlineError =>
  new ThroughlineError({
    code: 'config',
    at: file,
    expected: `each ${contract.key.join(', ')} once`,
    found: `${key} twice`,
    remedy: 'Remove one of the rows.',
  })

const cells = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((match) =>
    match[1] === undefined ? (match[2] ?? '').trim() : match[1].replaceAll('""', '"'),
  )

const unknownRegistry = (table: string, file: string): ThroughlineError =>
  new ThroughlineError({
    code: 'config',
    at: file,
    expected: `a contract schemas/${table}.yaml`,
    found: 'none',
    remedy: 'Describe the registry in a contract, or remove the file.',
  })
