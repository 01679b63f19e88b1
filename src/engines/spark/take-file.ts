import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { urlOf } from '../../storage/place.js'
import { type RunPlace, workPrefix } from '../engine.js'

/** Below the run's own place, and of the folder of recorded statements: these read the files there. */
const folder = 'landed'

/** Puts files of this process below the run's own place in the warehouse, under names of their own. */
export function createTakeFile({
  id,
  warehouse,
  recordTo,
}: RunPlace): (file: string) => Promise<string> {
  let count = 0
  return async (file) => {
    const name = `${++count}${path.extname(file)}`
    const key = `${workPrefix}${id}/${folder}/${name}`
    await warehouse.write(key, { file })
    if (recordTo !== undefined) {
      await mkdir(path.join(recordTo, folder), { recursive: true })
      await copyFile(file, path.join(recordTo, folder, name))
    }
    return urlOf(warehouse.url, key)
  }
}
