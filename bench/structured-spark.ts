import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { installSpark, runSparkProgram, sparkSettings } from '../src/testing/spark-programs.js'
import type { BatchEnd } from './batch-ends.js'
import { readSparkBatches } from './spark-batches.js'
import { threads } from './whole-job-process.js'

const script = path.resolve('bench', 'structured-streaming.scala')

/** The best for so small a state on so many cores: a partition a core, and its changes kept instead of whole snapshots. */
const settings = {
  'spark.sql.catalogImplementation': 'in-memory',
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.shuffle.partitions': threads,
  'spark.sql.streaming.stateStore.providerClass':
    'org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider',
  'spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled': 'true',
  'spark.ui.enabled': 'false',
}

export interface SparkStream {
  version: string
  /** One for each batch that was asked for. */
  ends: BatchEnd[]
}

/** Lets Spark make sessions of batches of events, in a folder of its own; the sessions lie in `sessions` there. */
export async function streamOnSpark(
  folder: string,
  batches: readonly (readonly string[])[],
): Promise<SparkStream> {
  installSpark()
  await mkdir(path.join(folder, 'events'), { recursive: true })
  for (const [index, lines] of batches.entries()) await writeEvents(folder, index, lines)
  const said = await runSparkProgram('spark-shell', folder, [
    ...['--master', `local[${threads}]`, '--driver-memory', '4g'],
    ...['--driver-java-options', `-Djava.io.tmpdir=${folder}`],
    ...sparkSettings({
      ...settings,
      'spark.local.dir': path.join(folder, 'local'),
      'spark.throughline.folder': folder,
    }),
    ...['-i', script],
  ])
  // A shell whose script has failed ends as if nothing had.
  const read = (file: string) =>
    readFile(path.join(folder, file), 'utf8').catch(() => {
      throw new Error(`Spark made no sessions: ${said}`)
    })
  const events = batches.map(({ length }) => length)
  return {
    version: await read('version'),
    ends: readSparkBatches(await read('batches.ndjson'), events),
  }
}

/** Spark takes files in the order of their times. */
async function writeEvents(folder: string, index: number, lines: readonly string[]): Promise<void> {
  const file = path.join(folder, 'events', `${index}.ndjson`)
  await writeFile(file, `${lines.join('\n')}\n`)
  await utimes(file, index + 1, index + 1)
}
