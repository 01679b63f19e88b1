import { describe, expect, it } from '@jest/globals'
import type { BenchmarkResult } from './comparison.js'
import { benchIdentityComponents } from './identity-components.js'
import { benchParquetWriting } from './parquet-writing.js'

// Benchmarks are run seldom; what they do in the small shows that they still fit what they measure.
const inTheSmall: Readonly<Record<string, () => Promise<BenchmarkResult>>> = {
  'identity components': () => benchIdentityComponents(2000),
  'Parquet writing': () => benchParquetWriting(500),
}

describe.each(Object.entries(inTheSmall))('the benchmark of %s', (_, benchmark) => {
  it('measures us and a peer that gives the same answer', async () => {
    const { comparisons } = await benchmark()
    expect(comparisons.length).toBeGreaterThan(0)
    for (const { value } of comparisons) expect(value).toBeGreaterThan(0)
  })
})
