import { describe, expect, it } from '@jest/globals'
import { paceOf } from './batch-ends.js'
import { readSparkBatches } from './spark-batches.js'

const line = (
  second: number,
  numInputRows: number,
  { cpuSeconds = 0, numRowsDroppedByWatermark = 0 } = {},
): string =>
  JSON.stringify({
    cpuSeconds,
    progress: {
      timestamp: new Date(second * 1000).toISOString(),
      numInputRows,
      durationMs: { addBatch: 300, triggerExecution: 500 },
      stateOperators: [{ numRowsTotal: 7, numRowsDroppedByWatermark }],
    },
  })

describe("batches told from Spark's progress", () => {
  const lines = [
    line(10, 1403, { cpuSeconds: 20 }),
    line(12, 1000, { cpuSeconds: 21 }),
    line(14, 1000, { cpuSeconds: 22 }),
    line(16, 1000, { cpuSeconds: 24 }),
    line(18, 0),
  ]

  it('end when their trigger has been executed, and those without events are left out', () => {
    const ends = readSparkBatches(lines.join('\n'), [1403, 1000, 1000, 1000])
    expect(ends.map(({ atSeconds }) => atSeconds)).toEqual([10.5, 12.5, 14.5, 16.5])
    expect(paceOf(ends, { batchRecords: 1000, uncounted: 2, counted: 2 })).toEqual({
      eventsPerSecond: 500,
      secondsEach: 2,
      cpuSeconds: 3,
    })
  })

  it('are refused when a batch read other events than the file that was meant for it', () => {
    expect(() => readSparkBatches(lines.join('\n'), [1403, 2000, 1000])).toThrow(
      'Spark read batches of 1403,1000,1000,1000 events instead of 1403,2000,1000',
    )
  })

  it('are refused when events were dropped as late', () => {
    expect(() => readSparkBatches(line(10, 50, { numRowsDroppedByWatermark: 3 }), [50])).toThrow(
      'Spark dropped 3 events as late',
    )
  })

  it('are refused when they are too few to measure', () => {
    const ends = readSparkBatches(lines.join('\n'), [1403, 1000, 1000, 1000])
    expect(() => paceOf(ends, { batchRecords: 1000, uncounted: 2, counted: 3 })).toThrow(
      'the stream made 4 batches, too few to measure',
    )
  })
})
