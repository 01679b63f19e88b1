import type { Engine } from '../engines/engine.js'
import type { Kernel } from '../kernel.js'
import { chainEndsInTables } from './in-tables/chain-ends.js'

/** Follows chains of mergers to their ends, so that every alias is one hop. */
export const retirementsKernel: Kernel = {
  table: 'retirement_ends',
  makes: ['retirement_ends'],
  reads: ['customer_retirements'],
  run: (engine) => (engine.isDistributed ? chainEndsInTables(engine) : writeChainEnds(engine)),
}

async function writeChainEnds(engine: Engine): Promise<void> {
  const [successors] = await engine.readIntegers(
    'select successor_key from customer_retirements order by retired_key nulls last',
  )
  const ends = chainEnds(successors!)
  await engine.writeIntegers('retirement_ends', {
    retired_key: ends.map((_, key) => key),
    last_key: ends,
  })
}

/** The last link of each link's chain; `next[link]` is -1 at the end. A successor always outlives what it succeeds. */
function chainEnds(next: Int32Array): Int32Array {
  const ends = new Int32Array(next.length).fill(-1)
  for (let link = 0; link < next.length; link++) {
    let last = link
    while (ends[last] === -1 && next[last] !== -1) last = next[last]!
    const end = ends[last] === -1 ? last : ends[last]!
    for (let at = link; at !== -1 && ends[at] === -1; at = next[at]!) ends[at] = end
  }
  return ends
}
