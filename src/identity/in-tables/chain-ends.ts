import type { TableEngine } from './connect.js'

/** Makes `retirement_ends` by hops that double: as many rounds as the longest chain has binary digits. */
export async function chainEndsInTables(engine: TableEngine): Promise<void> {
  let hops = 'retirement_hops_0'
  await engine.createTable(hops, firstHops)
  for (let round = 1; await leadOn(engine, hops); round++) {
    const longer = `retirement_hops_${round}`
    await engine.createTable(
      longer,
      `select h.retired_key, n.last_key
      from ${hops} h
      join ${hops} n on n.retired_key = h.last_key`,
    )
    hops = longer
  }
  await engine.createTable('retirement_ends', `select retired_key, last_key from ${hops}`)
}

/** The end of a chain stands for itself. */
const firstHops = `
  select retired_key, case when successor_key = -1 then retired_key else successor_key end as last_key
  from customer_retirements`

async function leadOn(engine: TableEngine, hops: string): Promise<boolean> {
  const [found] = await engine.query(
    `select count(*) as leading_on
    from ${hops} h
    join ${hops} n on n.retired_key = h.last_key
    where n.last_key <> h.last_key`,
  )
  return Number(found?.leading_on) > 0
}
