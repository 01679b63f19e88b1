import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformFile } from '@swc/core'

const sources = fileURLToPath(new URL('..', import.meta.url))

/** Puts the wanted modules of src/ into a folder as JavaScript, for other processes. */
export async function compileModules(
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  const names = await readdir(sources, { recursive: true })
  for (const name of names.filter((module) => module.endsWith('.ts') && isWanted(module))) {
    const { code } = await transformFile(path.join(sources, name), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    })
    const file = path.join(folder, name.replace(/\.ts$/, '.js'))
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, code)
  }
}
