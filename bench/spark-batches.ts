import type { BatchEnd } from './batch-ends.js'

/** What is read of a line that bench/structured-streaming.scala writes of a batch: CPU of the process, and Spark's own progress. */
interface Line {
  cpuSeconds: number
  progress: {
    /** When its trigger fired. */
    timestamp: string
    numInputRows: number
    durationMs: { triggerExecution: number }
    stateOperators: { numRowsDroppedByWatermark: number }[]
  }
}

/** Ends of the batches that had events, told from Spark's progress of each; refused unless their numbers are as expected and none was dropped as late. */
export function readSparkBatches(text: string, expectedEvents: readonly number[]): BatchEnd[] {
  const lines = text.split('\n').map((line) => JSON.parse(line) as Line)
  const batches = lines.filter(({ progress }) => progress.numInputRows > 0)
  const events = batches.map(({ progress }) => progress.numInputRows)
  if (events.join() !== expectedEvents.join())
    throw new Error(`Spark read batches of ${events} events instead of ${expectedEvents}`)
  const dropped = lines
    .flatMap(({ progress }) => progress.stateOperators)
    .reduce((sum, operator) => sum + operator.numRowsDroppedByWatermark, 0)
  if (dropped > 0) throw new Error(`Spark dropped ${dropped} events as late`)
  return batches.map(({ cpuSeconds, progress }) => ({
    atSeconds: (Date.parse(progress.timestamp) + progress.durationMs.triggerExecution) / 1000,
    cpuSeconds,
  }))
}
