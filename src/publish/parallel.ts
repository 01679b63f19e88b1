import PQueue from 'p-queue'

/** Does the work of each item, some at a time; after a failure none is begun, and none is left under way. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  concurrency = 16,
): Promise<R[]> {
  const queue = new PQueue({ concurrency })
  try {
    return await queue.addAll(items.map((item) => () => work(item)))
  } finally {
    queue.clear()
    await queue.onIdle()
  }
}
