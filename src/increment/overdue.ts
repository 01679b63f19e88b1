import type { Contract } from '../contract.js'
import { madeBy } from '../models.js'
import type { Producer } from '../producers.js'

/**
 * Tables that wait for the next release, in lineage order: they are made whole each time, and nothing but others of them
 * reads them. Between releases nobody sees them, so that batches of a stream leave them as they are.
 */
export function tablesForReleases(
  producers: readonly Producer[],
  contracts: ReadonlyMap<string, Contract>,
): string[] {
  const waiting: Producer[] = []
  for (const producer of [...producers].reverse()) {
    const readers = producers.filter(
      (other) => other !== producer && other.reads.includes(producer.table),
    )
    const isRead = readers.some((reader) => !waiting.includes(reader))
    if (!isRead && isMadeWhole(producer, contracts)) waiting.unshift(producer)
  }
  return waiting.flatMap(madeBy)
}

/** Kernels are no aggregates: what they make, such as scores, is to be as new as its inputs. */
const isMadeWhole = (producer: Producer, contracts: ReadonlyMap<string, Contract>): boolean => {
  const { slice, isView } = contracts.get(producer.table)!
  return !('run' in producer) && slice === undefined && !isView
}
