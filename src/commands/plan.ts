import type { Command } from 'commander'
import { aligned } from '../aligned.js'
import { readConfig } from '../config.js'
import { counted } from '../counted.js'
import type { PlannedIncrement } from '../increment/plan-increment.js'
import { type Plan, planJob } from '../plan.js'
import { version } from '../version.js'
import { type CommonOptions, printResult, withCommonOptions } from './report.js'

export function addPlanCommand(program: Command): void {
  withCommonOptions(program.command('plan'))
    .description('Show what a run would read, make and touch; publishes and keeps nothing.')
    .action(plan)
}

async function plan(options: CommonOptions): Promise<void> {
  const planned = await planJob(readConfig(options.config, process.env), version, options.project)
  printResult(options, planned, () => planText(planned))
}

const planText = (planned: Plan): string =>
  [
    aligned(planned.sources.map((source) => ({ ...source }))),
    whatText(planned),
    ...(planned.increment ? [incrementText(planned.increment)] : []),
    ...(planned.restores ? [restoresText(planned.restores)] : []),
    ...planned.notices,
    ...(planned.nothingNew ? [] : [`Steps: ${planned.steps.join(', ')}`]),
  ].join('\n\n')

function whatText({ mode, reason, previousRelease, warehouse }: Plan): string {
  if (mode === 'none') return `Nothing new: ${reason}; a run would change nothing.`
  return [
    mode === 'full'
      ? `Full: a run would make every table from all objects, as ${reason}.`
      : `Incremental: a run would go on from the tables of the last one, as ${reason}.`,
    `It would publish a release to ${warehouse} (now: ${previousRelease ?? 'none'}).`,
  ].join('\n')
}

const restoresText = (release: string): string =>
  `Nothing is kept here to go on from: it would first restore the checkpoint of release ${release}.`

const incrementText = (planned: PlannedIncrement): string =>
  [
    `To read: ${counted(planned.objectsToRead, 'new or rewritten object')} with ${counted(planned.rows, 'row')};`,
    `to withdraw: the earlier rows of ${counted(planned.objectsWithdrawn, 'object')};`,
    `to come or go: records of ${counted(planned.customers, 'known customer')} and`,
    `${counted(planned.newIdentifierSets, 'new identifier set')}.`,
  ].join(' ')
