import type { Engine } from './engines/engine.js'
import { type LineageNode, madeBy } from './models.js'

/**
 * Runs each node as soon as what it reads is made, as many at a time as there are sessions; of those that could begin,
 * the one that begins the longest chain. `nodes` are in lineage order. After a failure nothing more is
 * begun; what runs is waited for, then the first error is thrown.
 */
export async function runByLineage<N extends LineageNode, E extends Engine>(
  nodes: readonly N[],
  sessions: readonly E[],
  run: (engine: E, node: N) => Promise<void>,
): Promise<void> {
  const waiting = longestChainsFirst(nodes)
  const unmade = new Set(nodes.flatMap(madeBy))
  const free = [...sessions]
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  const begin = (node: N) => {
    waiting.splice(waiting.indexOf(node), 1)
    const engine = free.pop()!
    const work = run(engine, node)
      .catch((error: unknown) => failures.push(error))
      .then(() => {
        free.push(engine)
        running.delete(work)
        for (const table of madeBy(node)) unmade.delete(table)
      })
    running.add(work)
  }
  const canBegin = (node: N) =>
    node.reads.every((table) => !unmade.has(table) || madeBy(node).includes(table))
  for (;;) {
    while (free.length > 0 && failures.length === 0) {
      const node = waiting.find(canBegin)
      if (node === undefined) break
      begin(node)
    }
    if (running.size === 0) break
    await Promise.race(running)
  }
  if (failures.length > 0) throw failures[0]
}

/** By how long it takes at least from the beginning of a node until all that hangs on it is made; else as they were. */
function longestChainsFirst<N extends LineageNode>(nodes: readonly N[]): N[] {
  const chains = new Map<N, number>()
  for (const node of [...nodes].reverse()) {
    const made = madeBy(node)
    const readers = nodes.filter(
      (other) => other !== node && other.reads.some((table) => made.includes(table)),
    )
    const behind = readers.map((reader) => chains.get(reader)!)
    chains.set(node, (node.weight ?? 1) + Math.max(0, ...behind))
  }
  return [...nodes].sort((a, b) => chains.get(b)! - chains.get(a)!)
}
