/** What all of them come to; waits for each, whatever becomes of the others, and throws the first error in their order. */
export async function allDone<T extends readonly unknown[]>(
  works: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(works)
  return (await Promise.all(works)) as unknown as T
}
