import type { Batch } from './increment-project.js'

/** Every order of the batches but the given one in which what is written of each object keeps its own order. */
export const otherOrders = (batches: readonly Batch[]): Batch[][] => ordersOf(batches).slice(1)

/** The given order comes first. */
function ordersOf(batches: readonly Batch[]): Batch[][] {
  if (batches.length === 0) return [[]]
  return batches
    .filter((batch, at) => !batches.slice(0, at).some((earlier) => shareObject(earlier, batch)))
    .flatMap((first) => {
      const rest = batches.filter((batch) => batch !== first)
      return ordersOf(rest).map((order) => [first, ...order])
    })
}

const shareObject = (one: Batch, other: Batch): boolean =>
  Object.keys(one).some((key) => key in other)
