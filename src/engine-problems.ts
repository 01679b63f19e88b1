import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from './config.js'
import { engineModule } from './engine-module.js'
import type { Problem } from './errors.js'

/** Beside this file, from source and from a build alike: engines are opened from there. */
const enginesFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'engines')

/** An `engine.kind` that is no engine of `src/engines`, or what the engine refuses; it is not opened. */
export async function engineProblems(config: Config): Promise<Problem[]> {
  const { kind } = config.engine
  const kinds = engineKinds(enginesFolder)
  if (kinds.includes(kind)) return (await engineModule(config)).configProblems?.(config) ?? []
  return [
    {
      at: 'engine.kind',
      expected: `one of ${kinds.join(', ')}`,
      found: JSON.stringify(kind),
      remedy: 'Name one of these.',
    },
  ]
}

/** Names of the folders that hold an engine; one that holds only parts of one is none yet. */
export const engineKinds = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) =>
      ['engine.ts', 'engine.js'].some((file) => existsSync(path.join(folder, name, file))),
    )
    .sort()
