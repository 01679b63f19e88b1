import { readFileSync } from 'node:fs'
import { type Contract, type ContractColumn, readContract } from './contract.js'
import type { Problem } from './errors.js'
import { projectFiles } from './project.js'
import { linesOf, type RegistryLine, registryColumn } from './registries.js'

/** So many are told of one file: where stages are others, each rule of the built-in list is wrong. */
const mostOfFile = 5

/** Values in the lists of a project that their columns cannot have, each by its line: loaded, they would count for nothing. */
export function registryProblems(projectFolder?: string): Problem[] {
  // Not all contracts: to read those takes longer than all else before a small increment.
  const schemas = projectFiles('schemas', '.yaml', projectFolder)
  return [...projectFiles('config', '.csv', projectFolder)].flatMap(([table, file]) => {
    const schema = schemas.get(table)
    if (!schema) return []
    const contract = readContract(schema)
    const columns = contract.columns.map((column) => ({
      ...column,
      values: valuesOf(column, projectFolder),
    }))
    const lines = linesOf(readFileSync(file, 'utf8')).slice(1)
    const problems = lines.flatMap((line) => problemsOf(line, { ...contract, columns }, file))
    return problems.slice(0, mostOfFile)
  })
}

/** A column with the values that it may have, where these are known. */
type Column = ContractColumn & { values: readonly string[] | undefined }

/** Values that the contract of a registry lists, or those of another registry's column. */
function valuesOf({ customProperties = [] }: ContractColumn, projectFolder?: string) {
  const [property] = customProperties
  if (property === undefined) return undefined
  if (property.property === 'one_of') return property.value.split(', ')
  const [table = '', column = ''] = property.value.split('.')
  return registryColumn(table, column, projectFolder)
}

function problemsOf(
  { number, values }: RegistryLine,
  { columns, file: schema }: Omit<Contract, 'columns'> & { columns: readonly Column[] },
  file: string,
): Problem[] {
  const problem = (column: string, expected: string, found: string): Problem => ({
    at: `${file}:${number}${column}`,
    expected,
    found,
    remedy: `Correct the line; ${schema} says what each column holds.`,
  })
  if (values.length !== columns.length)
    return [problem('', `${columns.length} values, as the header has`, `${values.length}`)]
  return columns.flatMap((column, index) => {
    const value = values[index]!
    const expected = expectedInstead(value, column)
    const found = value === '' ? 'nothing' : JSON.stringify(value)
    return expected === undefined ? [] : [problem(` (${column.name})`, expected, found)]
  })
}

/** What a column asks for, where the value is none of it. */
function expectedInstead(value: string, column: Column): string | undefined {
  const { logicalType, values, required } = column
  if (value === '') return required ? 'a value' : undefined
  if (logicalType === 'integer' && !/^-?\d+$/.test(value)) return 'a whole number'
  if (logicalType === 'number' && !Number.isFinite(Number(value))) return 'a number'
  if (logicalType === 'boolean' && !/^(true|false)$/.test(value)) return 'true or false'
  return values === undefined || values.includes(value) ? undefined : `one of ${values.join(', ')}`
}
