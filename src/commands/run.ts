import type { Command } from 'commander'
import { readConfig } from '../config.js'
import { counted } from '../counted.js'
import type { RunScope } from '../make-tables.js'
import { type RunResult, runJob } from '../run.js'
import { summaryText } from '../summary.js'
import { version } from '../version.js'
import {
  type CommonOptions,
  endProgress,
  noticeOf,
  printResult,
  progressOf,
  withCommonOptions,
} from './report.js'

interface RunCommandOptions extends CommonOptions {
  since?: string
  until?: string
  force?: boolean
  full?: boolean
}

export function addRunCommand(program: Command): void {
  withCommonOptions(program.command('run'))
    .description(
      'Read what is new in the raw exports, bring every table up to date and publish them as one release.',
    )
    .option('--since <time>', 'only events at or after this time (UTC)')
    .option('--until <time>', 'only events before this time (UTC)')
    .option('--force', 'run even when inputs and config are those of the last release')
    .option('--full', 'make every table again from all objects, not only what has changed')
    .action(run)
}

async function run(options: RunCommandOptions): Promise<void> {
  const config = readConfig(options.config, {
    ...process.env,
    ...(options.since === undefined ? {} : { THROUGHLINE__RUN__SINCE: options.since }),
    ...(options.until === undefined ? {} : { THROUGHLINE__RUN__UNTIL: options.until }),
  })
  const result = await runJob({
    config,
    version,
    projectFolder: options.project,
    force: options.force ?? false,
    full: options.full ?? false,
    onProgress: progressOf(options),
    onNotice: noticeOf(options),
  })
  endProgress(options)
  printResult(options, result, () => resultText(result, config.storage.warehouse))
}

/** What a run has done, for people. */
export function resultText(result: RunResult, warehouse: string): string {
  if (result.status === 'nothing_new') {
    return `Nothing new: ${counted(result.objects, 'object')} and the config are those of release ${result.release.release}.`
  }
  return [
    summaryText(result.summary),
    scopeText(result.scope),
    `Release ${result.release.release}: ${counted(result.summary.tables.length, 'table')} at ${warehouse}/latest/<table>/`,
  ].join('\n\n')
}

const scopeText = ({ mode, objectsRead, objectsWithdrawn }: RunScope): string =>
  mode === 'full'
    ? `Made of ${objectsRead === 1 ? '1 object' : `all ${objectsRead} objects`}.`
    : `Updated: ${counted(objectsRead, 'new or rewritten object')} read, earlier rows of ${objectsWithdrawn} withdrawn.`
