import PQueue from 'p-queue'
import type { Engine } from './engines/engine.js'
import { type LineageNode, madeBy } from './models.js'

/**
 * Runs each node as soon as what it reads is made, as many at a time as there are sessions. `nodes` are in lineage
 * order. After a failure nothing more is begun; what runs is waited for, then the first error is thrown.
 */
export async function runByLineage<N extends LineageNode>(
  nodes: readonly N[],
  sessions: readonly Engine[],
  run: (engine: Engine, node: N) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: sessions.length })
  const free = [...sessions]
  const failures: unknown[] = []
  const made = new Map<string, Promise<void>>()
  const runWhenFree = async (node: N): Promise<void> => {
    if (failures.length > 0) return
    const engine = free.pop()!
    await run(engine, node).catch((error: unknown) => failures.push(error))
    free.push(engine)
  }
  for (const node of nodes) {
    const inputs = node.reads.map((table) => made.get(table))
    const task = Promise.all(inputs).then(() => queue.add(() => runWhenFree(node)))
    for (const table of madeBy(node)) made.set(table, task)
  }
  await Promise.all(made.values())
  if (failures.length > 0) throw failures[0]
}
