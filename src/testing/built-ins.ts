import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { builtInFolder } from '../project.js'
import type { ProjectFiles } from './run-project.js'

/** Which files of a project take the place of a built-in one; none when it only adds. */
export const replacedBuiltIns = (files: ProjectFiles): string[] =>
  Object.keys(files).filter((name) => existsSync(path.join(builtInFolder, name)))

/** A digest of every built-in pipeline, contract and registry: equal as long as nobody edits one. */
export function digestOfBuiltIns(): string {
  const hash = createHash('sha256')
  for (const folder of ['pipelines', 'schemas', 'config']) {
    const names = readdirSync(path.join(builtInFolder, folder), {
      recursive: true,
      encoding: 'utf8',
    })
    for (const name of names.sort()) {
      const file = path.join(builtInFolder, folder, name)
      if (/\.(sql|yaml|csv)$/.test(name)) hash.update(name).update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}
