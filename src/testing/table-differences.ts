import { type Contract, columnsOf } from '../contract.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import { doublesOf, sameDouble } from '../restate/same-doubles.js'

/** How many rows of a table are not in both relations alike; doubles may differ by 1e-9 of themselves. */
export async function tableDifferences(
  engine: EmbeddedEngine,
  contract: Contract,
  [own, other]: readonly [string, string],
): Promise<number> {
  const columns = columnsOf(contract)
  const list = columns.map(({ name, type }) => `cast(${name} as ${type}) as ${name}`).join(', ')
  const typed = (from: string) => `(select ${list}, true as is_there from ${from})`
  const keys = (contract.key.length > 0 ? contract.key : columns.map(({ name }) => name))
    .map((name) => `d.${name} is not distinct from s.${name}`)
    .join(' and ')
  const [found] = await engine.query(
    `select count(*) as differing from ${typed(own)} d full join ${typed(other)} s on ${keys}
      where d.is_there is null or s.is_there is null or not (${sameValues(contract, 'd', 's')})`,
  )
  return Number(found?.differing)
}

function sameValues(contract: Contract, one: string, other: string): string {
  const doubles = doublesOf(contract)
  return columnsOf(contract)
    .map(({ name }) => {
      const [own, others] = [`${one}.${name}`, `${other}.${name}`]
      return doubles.includes(name)
        ? sameDouble(own, others)
        : `${own} is not distinct from ${others}`
    })
    .join(' and ')
}
