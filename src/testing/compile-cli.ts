import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { builtInFolder } from '../project.js'
import { compileModules } from './compile.js'

/** What the command reads of its package, beside its modules. */
const beside = ['package.json', 'node_modules', 'pipelines', 'schemas', 'config', 'src']

/** Makes a folder a package as `make build` leaves it, from the sources as they are; returns the path of its command. */
export async function compileCli(folder: string): Promise<string> {
  const target = path.join(folder, 'dist/src')
  await compileModules(target, (name) => !/\.test\.ts$|\.suite\.ts$|(^|\/)testing\//.test(name))
  for (const name of beside) {
    await symlink(path.join(builtInFolder, name), path.join(folder, name))
  }
  return path.join(target, 'cli.js')
}
