import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Config } from './config.js'
import type { Problem } from './errors.js'
import { builtInFolder } from './project.js'

/** An `engine.kind` that is no folder of `src/engines`; the engine itself is not opened. */
export function engineProblems({ engine }: Config): Problem[] {
  const kinds = engineKinds()
  if (kinds.includes(engine.kind)) return []
  return [
    {
      at: 'engine.kind',
      expected: `one of ${kinds.join(', ')}`,
      found: JSON.stringify(engine.kind),
      remedy: 'Name a folder of src/engines.',
    },
  ]
}

const engineKinds = (): string[] =>
  readdirSync(path.join(builtInFolder, 'src', 'engines'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
