import { DuckDBInstance } from '@duckdb/node-api'

export interface SessionsToCompare {
  /** Of our stream, with a release. */
  warehouse: string
  sparkFolder: string
  /** Sessions count that began in this time, both ends included, so that all their events were streamed. */
  from: Date
  until: Date
}

const differing = ({ warehouse, sparkFolder, from, until }: SessionsToCompare): string => `
with bots as (
  -- They take part in our events, not in our sessions; Spark has not been told of them.
  select distinct device_key from '${warehouse}/latest/touchpoints/*.parquet'
  where is_bot and device_key is not null
), ours as (
  select device_key as device, epoch_us(started_at) as started_us, epoch_us(ended_at) as ended_us, events
  from '${warehouse}/latest/sessions/*.parquet'
  where epoch_us(started_at) between ${from.getTime() * 1000} and ${until.getTime() * 1000}
    and kind = 'web'
), spark as (
  select device, started_us, ended_us, events
  from '${sparkFolder}/sessions/*/*.parquet'
  where started_us between ${from.getTime() * 1000} and ${until.getTime() * 1000}
    and device not in (select device_key from bots)
)
select (select count(*) from ours)::integer, (select count(*) from spark)::integer,
  (select count(*) from (from ours except all from spark))::integer,
  (select count(*) from (from spark except all from ours))::integer`

/** How many sessions both have found, the same device, times and number of events each; refused when any differs. */
export async function sameSessions(compared: SessionsToCompare): Promise<number> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(differing(compared))
  const [ours, spark, oursAlone, sparkAlone] = reader.getRows()[0] as number[]
  connection.closeSync()
  instance.closeSync()
  if (ours === 0 || oursAlone !== 0 || sparkAlone !== 0)
    throw new Error(
      `sessions differ: ours are ${ours}, ${oursAlone} of which Spark has not, and Spark's are ${spark}, ${sparkAlone} of which ours has not`,
    )
  return ours!
}
