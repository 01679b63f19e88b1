/** Waits for each of them, whatever becomes of the others, and throws the first error in their order. */
export async function allDone(works: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(works)
  await Promise.all(works)
}
