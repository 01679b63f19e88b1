import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformFile } from '@swc/core'

const sources = fileURLToPath(new URL('../..', import.meta.url))

/** Puts the publisher and all that it imports into a folder as JavaScript, for other processes; returns its path. */
export async function compilePublisher(folder: string): Promise<string> {
  const modules = await readdir(sources, { recursive: true })
  const wanted = /^(errors|storage\/[a-z0-9-]+|publish\/(testing\/)?[a-z-]+)\.ts$/
  for (const name of modules.filter((module) => wanted.test(module))) {
    const { code } = await transformFile(path.join(sources, name), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    })
    const file = path.join(folder, name.replace(/\.ts$/, '.js'))
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, code)
  }
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }')
  await symlink(path.resolve(sources, '../node_modules'), path.join(folder, 'node_modules'))
  return path.join(folder, 'publish/testing/publisher.js')
}
