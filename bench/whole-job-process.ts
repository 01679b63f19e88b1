import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { measuredProcess, type ProcessCost } from './measure.js'

/** Threads of the job, and of what it is compared with. */
export const threads = '2'

/** The whole job on exports in a folder, in a process of its own; what it keeps and publishes lies below `folder`. */
export async function wholeJob(
  rawFolder: string,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ProcessCost> {
  await mkdir(folder, { recursive: true })
  return measuredProcess('./whole-job-run.js', {
    THROUGHLINE__STORAGE__RAW: rawFolder,
    THROUGHLINE__STORAGE__WAREHOUSE: path.join(folder, 'warehouse'),
    THROUGHLINE__RUN__STATE_FOLDER: path.join(folder, 'state'),
    THROUGHLINE__RUN__WORK_FOLDER: folder,
    THROUGHLINE__ENGINE__THREADS: threads,
    ...settings,
  })
}
