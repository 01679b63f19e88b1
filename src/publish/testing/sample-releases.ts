import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { withEngine } from '../../testing/engine.js'
import type { TableOutput } from '../upload.js'

export interface SampleReleases {
  /** Two releases to alternate between. */
  outputs: readonly [TableOutput[], TableOutput[]]
  /** For each release, the SHA-256 of the file of each table. */
  digests: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>]
}

/** One table is the same in both releases, two differ (one of them in no size), one is only in the second. */
const selects = (variant: 0 | 1): Record<string, string> => ({
  customers: `select i as customer_no, 'name ' || i as name from range(500) t(i) order by i nulls last`,
  journeys: `select i as journey_no, i % 7 as steps from range(${1000 + variant * 500}) t(i) order by i nulls last`,
  channels: `select i as channel_no, i + ${variant} as visits from range(100) t(i) order by i nulls last`,
  ...(variant === 1 ? { refunds: 'select cast(1 as bigint) as refund_no' } : {}),
})

/** Writes the files of two small releases below a folder. */
export function writeSampleReleases(folder: string): Promise<SampleReleases> {
  return withEngine({}, async (engine) => {
    const write = async (variant: 0 | 1): Promise<TableOutput[]> => {
      const outputs = []
      for (const [table, select] of Object.entries(selects(variant))) {
        await engine.createTable(table, select)
        const file = await engine.writeParquet(
          select,
          path.join(folder, `${variant}`, `${table}.parquet`),
        )
        const contentHash = await engine.contentHash(table, await engine.describe(select))
        outputs.push({ table, file, contentHash, contractVersion: '1.0.0' })
      }
      return outputs
    }
    const outputs = [await write(0), await write(1)] as const
    return { outputs, digests: [await digestsOf(outputs[0]), await digestsOf(outputs[1])] as const }
  })
}

export const digestOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

async function digestsOf(outputs: readonly TableOutput[]): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (const { table, file } of outputs) {
    digests.set(table, digestOf(await readFile(file.path)))
  }
  return digests
}
