import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type Config, readConfig } from '../src/config.js'
import { appendToFileLog } from '../src/stream/append-to-file-log.js'
import { threads } from './whole-job-process.js'

/** Of the source `web`: its events come as records of a log. */
export const webPrefix = 'segment/'
const topic = 'web'

const logFolder = (folder: string): string => path.join(folder, 'log')

/** The demo's config on exports in `raw` below a folder, with the web events of a log beside it; tables are kept in `kept`. */
export function streamedConfig(folder: string, stream: Partial<Config['stream']>): Config {
  const config = readConfig('config/demo.yaml', {
    THROUGHLINE__STORAGE__RAW: path.join(folder, 'raw'),
    THROUGHLINE__STORAGE__WAREHOUSE: path.join(folder, 'kept', 'warehouse'),
    THROUGHLINE__RUN__STATE_FOLDER: path.join(folder, 'kept', 'state'),
    THROUGHLINE__RUN__WORK_FOLDER: folder,
    THROUGHLINE__ENGINE__THREADS: threads,
    THROUGHLINE__STREAM__LOG_FOLDER: logFolder(folder),
  })
  return {
    ...config,
    stream: { ...config.stream, ...stream },
    sources: { ...config.sources, web: { ...config.sources.web!, topic } },
  }
}

/** Appends events to the log of a folder, the first at this offset. */
export async function appendEvents(
  folder: string,
  offset: number,
  lines: readonly string[],
): Promise<void> {
  await mkdir(logFolder(folder), { recursive: true })
  const records = lines.map((line) => ({ key: null, value: Buffer.from(line), timestamp: 0 }))
  await appendToFileLog(logFolder(folder), { topic, partition: 0 }, offset, records)
}
