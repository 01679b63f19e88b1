import type { Command } from 'commander'
import { aligned } from '../aligned.js'
import { readSourceFiles } from '../collect/source-file.js'
import { type CommonOptions, printResult, withCommonOptions } from './report.js'

export function addSourcesCommand(program: Command): void {
  withCommonOptions(program.command('sources'))
    .description('List the presets and what each reads.')
    .action(sources)
}

async function sources(options: CommonOptions): Promise<void> {
  const files = [...(await readSourceFiles(options.project)).values()]
  const rows = files.map(({ preset, title }) => ({ preset, reads: title }))
  printResult(options, rows, () => aligned(rows))
}
