import { symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { builtInFolder } from '../../project.js'
import { compileModules } from '../../testing/compile.js'

const wanted = /^(errors|storage\/[a-z0-9-]+|publish\/(testing\/)?[a-z-]+)\.ts$/

/** Puts the publisher and all that it imports into a folder as JavaScript, for other processes; returns its path. */
export async function compilePublisher(folder: string): Promise<string> {
  await compileModules(folder, (name) => wanted.test(name))
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }')
  await symlink(path.join(builtInFolder, 'node_modules'), path.join(folder, 'node_modules'))
  return path.join(folder, 'publish/testing/publisher.js')
}
