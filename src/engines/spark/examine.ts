import { randomUUID } from 'node:crypto'
import type { Config } from '../../config.js'
import { ThroughlineError } from '../../errors.js'
import { type Finding, finding } from '../../finding.js'
import { urlOf } from '../../storage/place.js'
import type { Storage } from '../../storage/storage.js'
import { openStorages } from '../../storages.js'
import { isListed } from '../listed-names.js'
import { deleteAll } from './clear-work.js'
import type { SparkSession } from './connect/session.js'
import { openSession } from './open-session.js'
import { patternOf } from './path-pattern.js'
import { sparkUrlOf } from './places.js'
import { backQuoted, quotedForSpark } from './quoting.js'

/** Probes the cluster: whether it answers, is new enough, and reads and writes what a run has it read and write. */
export async function examine(config: Config): Promise<Finding[]> {
  let session: SparkSession | undefined
  const open = await finding('connect', async () => {
    session = await openSession({ config })
    return `session ${session.sessionId}`
  })
  if (session === undefined) return [open]
  const opened = session
  try {
    return [
      open,
      await finding('version', async () => `Spark ${await opened.version()}`),
      await finding('write and read back', () => writeAndRead(opened, config)),
      await finding('read raw zone', () => readRaw(opened, openStorages(config).zones.raw)),
    ]
  } finally {
    await opened.close()
  }
}

async function writeAndRead(session: SparkSession, config: Config): Promise<string> {
  const { warehouse } = openStorages(config)
  const key = `_doctor/${randomUUID()}/`
  const url = sparkUrlOf(urlOf(warehouse.url, key))
  try {
    await session.execute(
      `insert overwrite directory ${quotedForSpark(url)} using parquet select 7 as probe`,
    )
    const [row] = await session.rows(`select probe from parquet.${backQuoted(patternOf([url]))}`)
    const keys: string[] = []
    for await (const object of warehouse.list(key)) keys.push(object.key)
    if (row?.probe === 7 && keys.some((name) => name.endsWith('.parquet')))
      return 'the row came back, and we see its file'
    throw new ThroughlineError({
      code: 'source',
      at: url,
      expected: 'the file that Spark wrote, also from here',
      found: row?.probe === 7 ? 'none from here' : 'another row',
      remedy: 'Let cluster and storage.endpoint mean the same store.',
    })
  } finally {
    await deleteAll(warehouse, key)
  }
}

/** Reads the first bytes of one object, as text, whatever it is. */
export async function readRaw(
  session: Pick<SparkSession, 'rows'>,
  raw: Pick<Storage, 'list' | 'url'>,
): Promise<string> {
  for await (const { key, bytes } of raw.list('')) {
    if (bytes === 0 || !isListed(key)) continue
    const url = sparkUrlOf(urlOf(raw.url, key))
    const files = backQuoted(patternOf([url]))
    const read = await session.rows(`select length(value) as length from text.${files} limit 1`)
    if (read.length > 0) return `opened ${JSON.stringify(key)}`
    throw new ThroughlineError({
      code: 'source',
      at: url,
      expected: 'a line of this object, read by Spark',
      found: 'none',
      remedy: 'Let cluster and storage.endpoint mean the same store.',
    })
  }
  return 'no object to try it on'
}
