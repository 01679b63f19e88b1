import path from 'node:path'
import { Readable } from 'node:stream'
import { landObject } from '../collect/landing/land-object.js'
import { snakeCaseKeys } from '../collect/landing/snake-case.js'
import type { Row } from '../engines/engine.js'
import { withEngine } from './engine.js'

/** When every object of these tests was written. */
export const loadedAt = '2024-03-01 10:00:00.5'

/** Lands objects and has the embedded engine make `raw` of them, bad rows with their reasons beside it. */
export async function rawOfTheEmbeddedEngine(
  objects: Readonly<Record<string, Buffer>>,
  folder: string,
): Promise<Row[]> {
  const rows: Row[] = []
  for (const [index, [key, body]] of Object.entries(objects).entries())
    rows.push(...(await rawOfOne(key, body, path.join(folder, String(index)))))
  return comparableRaw(rows)
}

async function rawOfOne(key: string, body: Buffer, target: string): Promise<Row[]> {
  const options = { key, format: 'auto', compression: 'auto' } as const
  const landed = await landObject(Readable.from([body]), target, options)
  if (landed.kind !== 'rows') throw new Error(`${key}: expected rows, found ${landed.kind}`)
  return withEngine({}, async (engine) => {
    const keys = snakeCaseKeys(landed.header ?? (await engine.fileColumns(landed)))
    const file = { ...landed, objectId: key, loadedAt, keys }
    const { select } = await engine.openRaw(
      [file],
      'select object_id, row_number, loaded_at, payload from raw',
    )
    return [
      ...(await engine.query(select)),
      ...(await engine.query('select object_id, row_number, reason from raw_rejected')),
    ]
  })
}

/** Rows in the order of their places; of a bad one its reason, of another one its payload. */
export const comparableRaw = (rows: readonly Row[]): Row[] =>
  rows
    .map(
      ({ object_id, row_number, loaded_at, payload, reason }): Row => ({
        object_id: object_id!,
        row_number: Number(row_number),
        ...(reason
          ? { reason }
          : { loaded_at: loaded_at!, payload: blanksAsNulls(String(payload)) }),
      }),
    )
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))

const placeOf = ({ object_id, row_number }: Row): string =>
  `${object_id} ${String(row_number).padStart(9, '0')}`

/** An empty field of a CSV is an empty text to one reader and null to another; to a source file both are nothing. */
const blanksAsNulls = (payload: string): string => payload.replaceAll(':""', ':null')
