import type { Config } from '../config.js'
import { errorOf } from '../errors.js'
import { type Finding, finding } from '../finding.js'
import { openStreamLog, topicsOf } from './open-stream-log.js'
import { logFolderProblems } from './stream-problems.js'

/** Whether the log of the sources' topics answers and has them, by opening it as a stream does. */
export async function examineLog(config: Config): Promise<Finding[]> {
  const topics = topicsOf(config)
  if (topics.length === 0) return []
  return [await finding(`topics ${topics.join(', ')}`, () => openLog(config))]
}

async function openLog(config: Config): Promise<string> {
  const { kafka, stream } = config
  if (kafka.brokers === '' && stream.log_folder === '')
    return 'not probed: neither kafka.brokers nor stream.log_folder is set'
  const problems = logFolderProblems(config)
  if (problems.length > 0) throw errorOf('config', problems)
  const log = await openStreamLog(config, { startOf: () => undefined })
  await log?.close()
  return 'the log answers and has them'
}
