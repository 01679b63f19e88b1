import { readFileSync } from 'node:fs'
import type { Contract } from '../contract.js'
import type { Row } from '../engines/engine.js'
import { projectFiles } from '../project.js'
import { parseRegistry } from '../registries.js'

/** The registry of reasons, as what users read who find one in `rejected_records`. */
export function rejectsPage(notice: string, contracts: ReadonlyMap<string, Contract>): string {
  return [
    '# Reasons of rejects',
    notice,
    '`rejected_records` lists what an export holds and the tables do not, with place and reason. An `object` is not read at all: it counts as one row read and one rejected, however many it holds, and the summary of the run names it. Of a rejected `row` nothing is kept; a rejected `value` is left out of a record that is kept.',
    [
      '| reason | rejects | found | what to do |',
      '| --- | --- | --- | --- |',
      ...rejectReasons(contracts).map(
        ({ reason, rejects, meaning, remedy }) =>
          `| \`${reason}\` | ${rejects} | ${meaning} | ${remedy ?? 'Nothing: it is left out on purpose.'} |`,
      ),
    ].join('\n'),
    'The list is [config/reject_reasons.csv](../config/reject_reasons.csv). A preset of your own may give reasons of its own; a file of this name in the `config/` of your project takes the place of the list, and the error of a source of which nothing is kept says what to do from there.',
    '',
  ].join('\n\n')
}

/** Rows of the built-in registry of reasons. */
export function rejectReasons(contracts: ReadonlyMap<string, Contract>): Row[] {
  const file = projectFiles('config', '.csv').get('reject_reasons')!
  return parseRegistry(readFileSync(file, 'utf8'), file, contracts.get('reject_reasons')!)
}
