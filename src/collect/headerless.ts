import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { SourceConfig } from '../config.js'
import { projectFiles } from '../project.js'

/**
 * Column names of tab-separated files that carry none, one a line in `pipelines/collect/<preset>.columns.txt`;
 * undefined for a preset without such a list, whose files open with a header.
 */
export function headerlessColumns(
  { preset, format }: Pick<SourceConfig, 'preset' | 'format'>,
  projectFolder?: string,
): string[] | undefined {
  if (format !== 'tsv') return undefined
  const files = projectFiles(path.join('pipelines', 'collect'), '.columns.txt', projectFolder)
  const file = files.get(preset)
  return file === undefined ? undefined : readFileSync(file, 'utf8').split('\n').filter(Boolean)
}
