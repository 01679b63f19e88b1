import { writeFile } from 'node:fs/promises'
import os from 'node:os'
import type { BenchmarkResult } from './comparison.js'
import { benchDailyIncrements } from './daily-increments.js'
import { withEngine } from './engine.js'
import { benchIdentityComponents } from './identity-components.js'
import { benchParquetWriting } from './parquet-writing.js'
import { resultsPage } from './results-page.js'
import { benchStreamCheckpoints } from './stream-checkpoints.js'
import { benchStreamRate } from './stream-rate.js'
import { benchWholeJob } from './whole-job.js'

const numbers = (name: string, usual: string): number[] =>
  (process.env[name] ?? usual).split(',').map(Number)

const sizes = numbers('BENCH_SIZES', '1000000,10000000')
const incrementSizes = numbers('BENCH_INCREMENT_SIZES', '60000')
const streamSizes = numbers('BENCH_STREAM_SIZES', '300000')
const rateSizes = numbers('BENCH_RATE_SIZES', '1000000,2000000')
const [parquetRows] = numbers('BENCH_PARQUET_ROWS', '200000')
const [identitySets] = numbers('BENCH_IDENTITY_SETS', '1000000')

const benchmarks: Readonly<Record<string, () => Promise<BenchmarkResult>>> = {
  'parquet-writing': () => benchParquetWriting(parquetRows!),
  'identity-components': () => benchIdentityComponents(identitySets!),
  'whole-job': () => benchWholeJob(sizes),
  'daily-increments': () => benchDailyIncrements(incrementSizes),
  'stream-checkpoints': () => benchStreamCheckpoints(streamSizes),
  'stream-rate': () => benchStreamRate(rateSizes),
}

/** Runs the benchmarks that BENCH_ONLY names, or all; only a run of all is written to bench/RESULTS.md. */
async function run(): Promise<void> {
  const only = process.env.BENCH_ONLY?.split(',')
  const machine = {
    startedAt: new Date(),
    loadAtStart: os.loadavg()[0]!,
    engineVersion: await withEngine((engine) => engine.version()),
  }
  const results: BenchmarkResult[] = []
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    if (only && !only.includes(name)) continue
    process.stderr.write(`${name}\n`)
    results.push(await benchmark())
  }
  const page = resultsPage(results, machine)
  process.stdout.write(page)
  if (!only) await writeFile('bench/RESULTS.md', page)
}

await run()
