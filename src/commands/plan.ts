import type { Command } from 'commander'
import { aligned } from '../aligned.js'
import { readConfig } from '../config.js'
import type { PlannedIncrement } from '../increment/plan-increment.js'
import { planJob } from '../plan.js'
import { version } from '../version.js'
import { type CommonOptions, printResult, withCommonOptions } from './report.js'

export function addPlanCommand(program: Command): void {
  withCommonOptions(program.command('plan'))
    .description('Show what a run would read, make and touch; publishes and keeps nothing.')
    .action(plan)
}

async function plan(options: CommonOptions): Promise<void> {
  const planned = await planJob(readConfig(options.config, process.env), version, options.project)
  printResult(options, planned, () =>
    [
      aligned(planned.sources),
      ...(planned.increment ? [incrementText(planned.increment)] : []),
      ...(planned.restores ? [restoresText(planned.restores)] : []),
      ...planned.notices,
      `Steps: ${planned.steps.join(', ')}`,
      planned.nothingNew
        ? `Nothing new since release ${planned.previousRelease}: a run would change nothing.`
        : `A run would publish a release to ${planned.warehouse} (now: ${planned.previousRelease ?? 'none'}).`,
    ].join('\n\n'),
  )
}

const restoresText = (release: string): string =>
  `Nothing is kept here to go on from: a run would first restore the checkpoint of release ${release}.`

const incrementText = (planned: PlannedIncrement): string =>
  [
    `Incremental: ${planned.objectsToRead} new or rewritten objects with ${planned.rows} rows to read,`,
    `earlier rows of ${planned.objectsWithdrawn} to withdraw;`,
    `records of ${planned.customers} known customers and ${planned.newIdentifierSets} new identifier sets come or go.`,
  ].join(' ')
