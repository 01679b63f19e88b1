import type { Config } from '../../config.js'
import { openSparkSession, type SparkSession } from './connect/session.js'
import { recorded } from './record.js'
import { dialect } from './vocabulary.js'

/** The environment's variable of the token, as Spark's own clients name it. */
const tokenVariable = 'SPARK_CONNECT_AUTHENTICATE_TOKEN'

/** Opens a session of the configured server, with its dialect and the configured settings; its statements may be recorded. */
export async function openSession({ engine }: Config, recordTo?: string): Promise<SparkSession> {
  const { url, settings } = engine.spark
  const opened = await openSparkSession(withToken(url, process.env[tokenVariable]))
  const session = recordTo === undefined ? opened : recorded(opened, recordTo)
  try {
    await session.configure({ ...files, ...textsOf(settings), ...dialect })
    return session
  } catch (error) {
    await session.close()
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
