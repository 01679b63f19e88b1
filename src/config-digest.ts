import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Config } from './config.js'
import { modelStages, releaseStages } from './models.js'
import { projectFiles } from './project.js'

const folders: readonly (readonly [string, string])[] = [
  ...['collect', 'intake', ...modelStages, ...releaseStages].map(
    (stage) => [path.join('pipelines', stage), '.sql'] as const,
  ),
  [path.join('pipelines', 'collect'), '.columns.txt'],
  ['schemas', '.yaml'],
  ['config', '.csv'],
]

/** sha256 of all that decides the tables beside the input: settings, models, contracts and registries. */
export function configDigest(config: Config, version: string, projectFolder?: string): string {
  const { sources, collect, identity, journeys, churn, run } = config
  const hash = createHash('sha256')
  hash.update(JSON.stringify({ version, sources, collect, identity, journeys, churn }))
  hash.update(JSON.stringify([run.as_of, run.since, run.until]))
  for (const [folder, extension] of folders) {
    for (const [name, file] of projectFiles(folder, extension, projectFolder)) {
      hash.update(`${folder}/${name}`).update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

/** Files of a project folder among those that decide the tables, as `config/goals.csv`. */
export function ownFiles(projectFolder?: string): string[] {
  if (projectFolder === undefined) return []
  return folders
    .flatMap(([folder, extension]) => [...projectFiles(folder, extension, projectFolder).values()])
    .map((file) => path.relative(projectFolder, file))
    .filter((name) => !name.startsWith('..'))
}
