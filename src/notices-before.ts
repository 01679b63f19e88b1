import type { RawObject } from './collect/raw-objects.js'
import { type SharedObjects, sharedObjects } from './collect/shared-objects.js'
import { ownFiles } from './config-digest.js'
import { ownFilesOfRun } from './publish/manifest.js'
import type { Storage } from './storage/storage.js'

interface Asked {
  objects: readonly RawObject[]
  warehouse: Storage
  /** The last one. */
  release: string | undefined
  projectFolder?: string | undefined
}

/** What a run says before it begins: it may be meant, and changes what the tables say if it is not. */
export async function noticesBefore(asked: Asked): Promise<string[]> {
  const missing = await missingFiles(asked)
  return [
    ...sharedObjects(asked.objects).map(sharedText),
    ...(missing.length > 0 ? [missingText(missing)] : []),
  ]
}

/** Files of a project folder that the last release was made with and this run would not be. */
async function missingFiles({ warehouse, release, projectFolder }: Asked): Promise<string[]> {
  if (release === undefined) return []
  const own = new Set(ownFiles(projectFolder))
  return (await ownFilesOfRun(warehouse, release)).filter((file) => !own.has(file))
}

const sharedText = ({ sources, objects, first }: SharedObjects): string =>
  `Sources ${sources.join(', ')} read the same ${objects === 1 ? 'object' : `${objects} objects`} (first: ${first}), and rows count once for each source: if that is not meant, make their prefixes differ, as folders that end with /.`

const missingText = (files: readonly string[]): string =>
  `The last release was made with ${files.join(', ')} of a project folder, and this is without: if that is not meant, name the folder with --project.`
