/** Does work, and what has to follow it in any case; of two errors the first is told, which the other may well come of. */
export async function workThenEnd<T>(work: () => Promise<T>, end: () => Promise<void>): Promise<T> {
  let result: T
  try {
    result = await work()
  } catch (error) {
    await end().catch(() => undefined)
    throw error
  }
  await end()
  return result
}
