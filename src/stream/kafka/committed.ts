import type { FetchResponse } from './fetch-api.js'

type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]
export type FetchedBatch = NonNullable<FetchedPartition['records']>[number]

const transactional = 1 << 4
const control = 1 << 5

/**
 * The batches whose records count: no control batches, and none of a transaction that was rolled back. The client
 * can leave such records out too, but lets them through when a producer rolls back twice, or when an answer ends
 * before the transaction does.
 */
export function committedBatches({
  records: batches = [],
  abortedTransactions,
}: FetchedPartition): FetchedBatch[] {
  const toCome = [...abortedTransactions].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  const rollingBack = new Set<bigint>()
  return batches.filter((batch) => {
    while (toCome.length > 0 && toCome[0]!.firstOffset <= lastOffsetOf(batch)) {
      rollingBack.add(toCome.shift()!.producerId)
    }
    if ((batch.attributes & control) !== 0) {
      if (marksRollback(batch)) rollingBack.delete(batch.producerId)
      return false
    }
    return (batch.attributes & transactional) === 0 || !rollingBack.has(batch.producerId)
  })
}

export const lastOffsetOf = ({ firstOffset, lastOffsetDelta }: FetchedBatch): bigint =>
  firstOffset + BigInt(lastOffsetDelta)

/** The key of a control record is two numbers of two bytes, version and kind; kind 0 ends a transaction unkept. */
const marksRollback = ({ records }: FetchedBatch): boolean => records[0]?.key?.readInt16BE(2) === 0
