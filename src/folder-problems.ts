import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'
import type { Config } from './config.js'
import type { Problem } from './errors.js'
import { stateFolderOf } from './state/state-folder.js'
import { localRootOf } from './storage/local-paths.js'
import { isBucketUrl } from './storage/storage.js'

/** Folders of the config that cannot be what they are named for; one that can still be made is none. */
export const folderProblems = (config: Config): Problem[] => {
  const { storage, run, stream } = config
  return [
    ...fileProblems('storage.raw', storage.raw),
    ...fileProblems('storage.warehouse', storage.warehouse),
    ...(stream.archive === '' ? [] : fileProblems('stream.archive', stream.archive)),
    ...workFolderProblems(run.work_folder),
    ...stateFolderProblems(stateFolderOf(config)),
  ]
}

/** A path that is a file or leads through one. */
function fileProblems(at: string, url: string): Problem[] {
  const file = isBucketUrl(url) ? undefined : fileOnTheWay(localRootOf(url))
  if (file === undefined) return []
  const isItself = file === localRootOf(url)
  return [
    {
      at,
      expected: 's3://bucket/prefix or a folder',
      found: isItself ? `${url}, which is a file` : `${url}, which is below the file ${file}`,
      remedy: 'Name a folder that is there or can be made.',
    },
  ]
}

function fileOnTheWay(file: string): string | undefined {
  const found = foundAt(file)
  if (found) return found.isDirectory() ? undefined : file
  return path.dirname(file) === file ? undefined : fileOnTheWay(path.dirname(file))
}

function workFolderProblems(folder: string): Problem[] {
  const fault = folder === '' ? undefined : workFolderFault(folder)
  if (fault === undefined) return []
  return [
    {
      at: 'run.work_folder',
      expected: 'a folder that exists and can be written',
      found: `${folder}, which ${fault}`,
      remedy: "Make the folder, or leave the key empty for the system's temporary folder.",
    },
  ]
}

function workFolderFault(folder: string): string | undefined {
  const found = foundAt(folder)
  if (!found) return 'does not exist'
  if (!found.isDirectory()) return 'is a file'
  return canWrite(folder) ? undefined : 'cannot be written'
}

function stateFolderProblems(folder: string | undefined): Problem[] {
  const first = folder === undefined ? undefined : firstOnTheWay(folder)
  if (first === undefined || (foundAt(first)?.isDirectory() && canWrite(first))) return []
  return [
    {
      at: 'run.state_folder',
      expected: 'a folder that can be written, or made',
      found: `${folder}, which is below ${first}`,
      remedy: 'Name another folder, or `none` to keep nothing between runs.',
    },
  ]
}

/** The path itself, or the first above it that is there. */
const firstOnTheWay = (file: string): string =>
  foundAt(file) || path.dirname(file) === file ? file : firstOnTheWay(path.dirname(file))

/** What is there; undefined for nothing, and for what this user may not see. */
function foundAt(file: string) {
  try {
    return statSync(file)
  } catch {
    return undefined
  }
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
