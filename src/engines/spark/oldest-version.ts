import { ThroughlineError } from '../../errors.js'
import type { SparkSession } from './connect/session.js'

/** From here on a statement that is sent again does nothing twice. */
const oldestVersion = [4, 1] as const

/** Throws a `source` error when the server is too old. */
export async function requireVersion(session: SparkSession): Promise<void> {
  const found = await session.version()
  const [major = 0, minor = 0] = found.split('.').map(Number)
  const isOld = major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])
  if (!isOld) return
  throw new ThroughlineError({
    code: 'source',
    at: 'engine.spark.url',
    expected: `Spark ${oldestVersion.join('.')} or newer`,
    found,
    remedy: 'Use a newer server.',
  })
}
