import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { withEngine } from '../testing/engine.js'

const columns = `
  cast(i as bigint) * 3000000000 as big,
  cast(i as integer) as small,
  cast(i as double) / 3 as ratio,
  cast(cast(i as double) / 8 - 1 as decimal(18,4)) as amount,
  i % 2 = 0 as is_even,
  'Zoë 漢 😀 ' || i as name,
  cast(date '1969-12-30' + cast(i as integer) as date) as born_on,
  timestamp '1969-12-31 23:59:58.123456' + to_seconds(i) as seen_at`

test('a reader that shares no code with the engine reads the same values, nulls included', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-types-'))
  await withEngine({}, async (engine) => {
    await engine.execute(
      `create table main.portable as select ${columns} from range(5) t(i) union all select null, null, null, null, null, null, null, null`,
    )
    const select = `select * from main.portable order by big nulls last`
    const file = await engine.writeParquet(select, path.join(folder, 'types.parquet'))
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(file.path),
      parsers: { timestampFromMicroseconds: (micros: bigint) => micros },
    })
    const expected = await engine.query(
      `select big, small, ratio, cast(amount as varchar) as amount, is_even, name, cast(born_on as varchar) as born_on, epoch_us(seen_at) as seen_micros from main.portable order by big nulls last`,
    )
    expect(rows.map(asText)).toEqual(expected)
  })
  await rm(folder, { recursive: true, force: true })
})

/** As the engine hands out a small result: 64-bit integers and decimals as text. */
const asText = ({ big, amount, born_on, seen_at, ...others }: Record<string, unknown>) => ({
  ...others,
  big: big === null ? null : String(big),
  amount: amount === null ? null : (amount as number).toFixed(4),
  born_on: born_on === null ? null : (born_on as Date).toISOString().slice(0, 10),
  seen_micros: seen_at === null ? null : String(seen_at),
})
