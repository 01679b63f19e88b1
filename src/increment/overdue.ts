import type { Contract } from '../contract.js'
import { madeBy } from '../models.js'
import { previousOf } from '../previous-tables.js'
import type { Producer } from '../producers.js'

/**
 * Tables that wait for the next release: nothing but others of them reads them, and a release makes them whole anyway,
 * because they are aggregates or because the passing of time changes all their rows. Between releases nobody sees them,
 * so that batches of a stream leave them as they are. What the next increment is given of a table does not wait.
 */
export function tablesForReleases(
  producers: readonly Producer[],
  contracts: ReadonlyMap<string, Contract>,
): string[] {
  const waiting: Producer[] = []
  for (const producer of [...producers].reverse()) {
    const readers = readersOf(producer, producers)
    const isRead = readers.some((reader) => !waiting.includes(reader))
    if (!isRead && isMadeWhole(producer, producers, contracts)) waiting.unshift(producer)
  }
  return waiting.flatMap(madeBy)
}

const readersOf = (producer: Producer, producers: readonly Producer[]): Producer[] =>
  producers.filter(
    (other) => other !== producer && other.reads.some((table) => madeBy(producer).includes(table)),
  )

function isMadeWhole(
  producer: Producer,
  producers: readonly Producer[],
  contracts: ReadonlyMap<string, Contract>,
): boolean {
  if ('run' in producer) return true
  const { slice, atOnce, isView } = contracts.get(producer.table)!
  if (contracts.has(previousOf(producer.table))) return false
  return (
    !isView &&
    (slice === undefined ||
      slice === 'group' ||
      atOnce ||
      followsTime(producer, producers, contracts))
  )
}

/** Whether the passing of time makes all rows anew, by itself or through what it changes of an input. */
function followsTime(
  producer: Producer,
  producers: readonly Producer[],
  contracts: ReadonlyMap<string, Contract>,
): boolean {
  if ('run' in producer) return false
  const { dueWhen } = contracts.get(producer.table)!
  if (producer.readsTime) return dueWhen === undefined
  return producers.some(
    (input) => producer.reads.includes(input.table) && followsTime(input, producers, contracts),
  )
}

/** Tables that a batch leaves as no release may find them: those that wait, and those of groups, which hold a few alone. */
export const tablesLeft = (
  producers: readonly Producer[],
  contracts: ReadonlyMap<string, Contract>,
): string[] => [
  ...tablesForReleases(producers, contracts),
  ...producers.flatMap(madeBy).filter((table) => contracts.get(table)!.slice === 'group'),
]
