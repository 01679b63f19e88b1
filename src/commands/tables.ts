import type { Command } from 'commander'
import { aligned } from '../aligned.js'
import { type Contract, readContracts } from '../contract.js'
import { ThroughlineError } from '../errors.js'
import { schemaFolders } from '../project.js'
import { type CommonOptions, printResult, withProjectOptions } from './report.js'

export function addTablesCommand(program: Command): void {
  withProjectOptions(program.command('tables'))
    .description('List the published tables, or the columns of one, as their contracts state them.')
    .argument('[table]', 'a table')
    .action(tables)
}

function tables(table: string | undefined, options: CommonOptions): void {
  const contracts = readContracts(schemaFolders(options.project))
  if (table === undefined) {
    const rows = publishedOf(contracts).map((contract) => ({
      table: contract.table,
      holds: contract.description,
    }))
    printResult(options, rows, () => aligned(rows))
    return
  }
  const contract = contracts.get(table)
  if (!contract) throw unknownTable(table, contracts)
  printResult(options, contract, () => contractText(contract))
}

const contractText = (contract: Contract): string =>
  [
    contract.description,
    aligned(
      contract.columns.map(({ name, physicalType, primaryKey, required, description }) => ({
        column: name,
        type: physicalType,
        key: primaryKey ? 'key' : required ? 'required' : '',
        meaning: description,
      })),
    ),
  ].join('\n')

const unknownTable = (table: string, contracts: ReadonlyMap<string, Contract>): ThroughlineError =>
  new ThroughlineError({
    code: 'usage',
    at: 'throughline tables',
    expected: `a published table (${publishedOf(contracts)
      .map((contract) => contract.table)
      .join(', ')}) or another one of schemas/`,
    found: table,
    remedy: 'Call it without a name to see what each published table holds.',
  })

const publishedOf = (contracts: ReadonlyMap<string, Contract>): Contract[] =>
  [...contracts.values()].filter(({ published }) => published)
