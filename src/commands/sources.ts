import type { Command } from 'commander'
import { aligned } from '../aligned.js'
import { fieldsOf, readSourceFiles, type SourceFile } from '../collect/source-file.js'
import { ThroughlineError } from '../errors.js'
import { type CommonOptions, printResult, withProjectOptions } from './report.js'

export function addSourcesCommand(program: Command): void {
  withProjectOptions(program.command('sources'))
    .description('List the presets and what each reads, or the fields of one.')
    .argument('[preset]', 'a preset')
    .action(sources)
}

async function sources(preset: string | undefined, options: CommonOptions): Promise<void> {
  const files = await readSourceFiles(options.project)
  if (preset === undefined) {
    const rows = [...files.values()].map(({ preset, title }) => ({ preset, reads: title }))
    printResult(options, rows, () => aligned(rows))
    return
  }
  const file = files.get(preset)
  if (!file) throw unknownPreset(preset, [...files.keys()])
  const { title: reads, notes } = file
  const fields = fieldsOf(file)
  printResult(options, { preset, reads, notes, fields }, () => sourceText(file, fields))
}

const sourceText = ({ preset, title, notes }: SourceFile, fields: readonly string[]): string =>
  [
    [title, ...notes].join('\n'),
    `Fields: ${fields.join(', ')}`,
    `Where an export calls one otherwise, say so in its source: { preset: ${preset}, columns: { ${fields[0]}: its name } }`,
  ].join('\n\n')

const unknownPreset = (preset: string, known: readonly string[]): ThroughlineError =>
  new ThroughlineError({
    code: 'usage',
    at: 'throughline sources',
    expected: `one of ${known.join(', ')}`,
    found: preset,
    remedy: 'Name a file of pipelines/collect, or add one.',
  })
