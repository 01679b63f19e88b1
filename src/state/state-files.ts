import { constants, existsSync } from 'node:fs'
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '../config.js'
import { moveFile } from '../move-file.js'
import { stateFolderOf } from './state-folder.js'

/** Files that a run leaves: all its tables, and, of a full run, those of the published ones that are not among them. */
export interface KeptFiles {
  database: string
  published?: { folder: string; release: string }
}

export const databaseOf = (folder: string): string => path.join(folder, 'tables.duckdb')
/** Files belong to the tables of the run that left them, and to no later ones, even where these could not remove them. */
export const publishedOf = (folder: string, release = ''): string =>
  path.join(folder, 'published', release)

/** Puts what a run has left in the place of what an earlier one had. */
export async function keepState(config: Config, files: KeptFiles): Promise<void> {
  const folder = stateFolderOf(config)!
  if (files.published) await forget(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (files.published) {
    await mkdir(publishedOf(folder))
    await moveFile(files.published.folder, publishedOf(folder, files.published.release))
  }
  // Last: whoever finds the database finds all of it.
  await moveFile(files.database, databaseOf(folder))
  if (!files.published) await rm(publishedOf(folder), { recursive: true, force: true })
}

/** Puts the files of another folder, laid out as in a state folder and beside it, in the place of what is kept. */
export async function adoptState(folder: string, from: string): Promise<void> {
  await forget(folder)
  if (existsSync(publishedOf(from))) await rename(publishedOf(from), publishedOf(folder))
  await rename(databaseOf(from), databaseOf(folder))
}

/** Keeps nothing any more. */
export const forgetState = (config: Config): Promise<void> => forget(stateFolderOf(config)!)

/** Removes the database first, without which nobody goes on from the rest: also what an engine left beside it. */
async function forget(folder: string): Promise<void> {
  const database = databaseOf(folder)
  const names = await readdir(folder).catch(() => [])
  const beside = names.filter((name) => name.startsWith(`${path.basename(database)}.`))
  for (const file of [
    database,
    ...beside.map((name) => path.join(folder, name)),
    publishedOf(folder),
  ])
    await rm(file, { recursive: true, force: true })
}

/**
 * Holds on to the kept files as they are now, in another folder beside them, and returns their names. They cost neither
 * time nor space, since nobody changes a file that is held: a run puts another one in its place.
 */
export async function holdState(folder: string, into: string): Promise<string[]> {
  const below = await readdir(publishedOf(folder), { recursive: true, withFileTypes: true }).catch(
    () => [],
  )
  const files = below
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  const names = [databaseOf(folder), ...files].map((file) => path.relative(folder, file))
  for (const name of names) {
    await mkdir(path.dirname(path.join(into, name)), { recursive: true, mode: 0o700 })
    await hold(path.join(folder, name), path.join(into, name))
  }
  return names.map((name) => name.split(path.sep).join('/'))
}

/** Whether somebody holds on to a kept file, who may need it as it is. */
export const isHeld = async (file: string): Promise<boolean> => (await stat(file)).nlink > 1

/** Some file systems know no second name of a file. */
const hold = (file: string, name: string): Promise<void> =>
  link(file, name).catch(() => copyFile(file, name, constants.COPYFILE_FICLONE))
