import type { Engine } from '../engines/engine.js'
import type { Slices } from '../produce-in-slices.js'
import { quoted } from '../sql.js'

/** Tables by which customers are cut into slices. */
export const readForSlices = ['identity_sets', 'set_sources'] as const

/**
 * Cuts all customers into ranges of `customer_id` of about as many records each as given; a customer is never cut.
 * Reads the tables of `readForSlices`.
 */
export async function customerSlices(engine: Engine, recordsPerSlice: number): Promise<Slices> {
  const rows = await engine.query(`
    with customers as (
      select m.customer_id, sum(s.records) as records
      from identity_sets m
      join set_sources s on s.identifier_set_id = m.identifier_set_id
      group by m.customer_id
    ), places as (
      select customer_id, records, sum(records) over () as all_records,
        sum(records) over (order by customer_id nulls last rows between unbounded preceding and current row) as records_until
      from customers
    ), numbered as (
      select customer_id, integer_division(records_until - records,
        ceil(all_records / greatest(1, round(all_records / ${recordsPerSlice})))) as slice_no
      from places
    )
    select min(customer_id) as first_id from numbered group by slice_no order by first_id`)
  const starts = rows.map(({ first_id }) => quoted(String(first_id))).slice(1)
  if (starts.length === 0) return ['true']
  return [
    `customer_id < ${starts[0]}`,
    ...starts.map((start, index) => {
      const next = starts[index + 1]
      return `customer_id >= ${start}${next === undefined ? '' : ` and customer_id < ${next}`}`
    }),
  ]
}
