import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds the built-in `pipelines/`, `schemas/` and `config/`, from source and from a build alike. */
export const builtInFolder = nearestPackage(path.dirname(fileURLToPath(import.meta.url)))

function nearestPackage(folder: string): string {
  return existsSync(path.join(folder, 'package.json'))
    ? folder
    : nearestPackage(path.dirname(folder))
}

/**
 * Files of one sub-folder by base name, those of a user's own project laid over the built-in ones,
 * so that an addition or a replacement is a file and nobody forks.
 */
export function projectFiles(
  subfolder: string,
  extension: string,
  projectFolder?: string,
): Map<string, string> {
  const files = new Map<string, string>()
  for (const root of [builtInFolder, projectFolder]) {
    const folder = root && path.join(root, subfolder)
    if (!folder || !existsSync(folder)) continue
    for (const name of readdirSync(folder).sort()) {
      if (name.endsWith(extension))
        files.set(path.basename(name, extension), path.join(folder, name))
    }
  }
  return files
}

/** Contract folders, built-in first. */
export const schemaFolders = (projectFolder?: string): string[] =>
  [builtInFolder, projectFolder]
    .filter((root): root is string => root !== undefined)
    .map((root) => path.join(root, 'schemas'))
    .filter((folder) => existsSync(folder))
