import type { Config } from '../../config.js'
import type { RunPlace } from '../engine.js'
import { tokenVariable } from './connect/connection-string.js'
import { openSparkSession, type SparkSession } from './connect/session.js'
import { requireVersion } from './oldest-version.js'
import { recorded } from './record.js'
import { dialect } from './vocabulary.js'

/**
 * Opens a session of the configured server, with its dialect and the configured settings; its statements may be recorded.
 * Throws a `source` error when the server is too old.
 */
export async function openSession({
  config,
  recordTo,
  onNotice,
}: Pick<RunPlace, 'config' | 'recordTo' | 'onNotice'>): Promise<SparkSession> {
  const { url, settings } = config.engine.spark
  const opened = await openSparkSession(withToken(url, process.env[tokenVariable]), { onNotice })
  try {
    await requireVersion(opened)
    const session = recordTo === undefined ? opened : recorded(opened, recordTo)
    await session.configure({ ...files, ...textsOf(settings), ...dialect })
    return session
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Files as the embedded engine writes them: what every reader understands. */
const files: Readonly<Record<string, string>> = {
  'spark.sql.parquet.compression.codec': 'snappy',
  'spark.sql.parquet.writeLegacyFormat': 'false',
}

const textsOf = (settings: Config['engine']['spark']['settings']): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))

function withToken(url: string, token: string | undefined): string {
  if (!token) return url
  const parameters = url.replace(/^sc:\/\/[^/]*/i, '')
  return `${url}${parameters === '' ? '/' : ''};token=${encodeURIComponent(token)}`.replace(
    ';;',
    ';',
  )
}
