/** Does a step and notes the seconds that it took, to the millisecond. */
export async function timed<T>(
  seconds: Record<string, number>,
  step: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now()
  const result = await work()
  seconds[step] = Math.round(performance.now() - start) / 1000
  return result
}
