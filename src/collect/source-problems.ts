import type { Config, SourceConfig } from '../config.js'
import type { Problem } from '../errors.js'
import { fieldsOf, type SourceFile } from './source-file.js'

/** What is wrong with sources beside their types: none, presets that do not exist, columns that a preset never reads. */
export function sourceProblems(
  sources: Config['sources'],
  files: ReadonlyMap<string, SourceFile>,
): Problem[] {
  if (Object.keys(sources).length === 0) return [noSource]
  return Object.entries(sources).flatMap(([name, source]) => {
    const file = files.get(source.preset)
    return file ? columnProblems(name, source, file) : [unknownPreset(name, source, files)]
  })
}

const noSource: Problem = {
  at: 'sources',
  expected: 'at least one source',
  found: 'none',
  remedy:
    'Name the exports below sources, as config/default.yaml shows, and the file with --config.',
}

const unknownPreset = (
  name: string,
  { preset }: SourceConfig,
  files: ReadonlyMap<string, SourceFile>,
): Problem => ({
  at: `sources.${name}.preset`,
  expected: `one of ${[...files.keys()].join(', ')}`,
  found: preset,
  remedy: 'Name a file of pipelines/collect, or add one.',
})

function columnProblems(name: string, { columns = {} }: SourceConfig, file: SourceFile): Problem[] {
  const known = fieldsOf(file.select)
  return Object.keys(columns)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      at: `sources.${name}.columns`,
      expected: `fields that the preset ${file.preset} reads (${known.join(', ')})`,
      found: key,
      remedy: 'Write columns as "field of the preset: column of the export".',
    }))
}
