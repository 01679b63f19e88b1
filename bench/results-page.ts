import os from 'node:os'
import type { BenchmarkResult, Comparison } from './comparison.js'
import { count, gigabytes } from './comparison.js'

/** `bench/RESULTS.md`: machine and date, a row a comparison, then the notes. */
export function resultsPage(results: readonly BenchmarkResult[], machine: Machine): string {
  return [
    '# Benchmark results',
    '',
    'Written by `make bench`; [README.md](README.md) says what is measured.',
    '',
    ...machineLines(machine).map((line) => `- ${line}`),
    '',
    '| benchmark | ours | peer or limit | value | target | met |',
    '| --- | --- | --- | --- | --- | --- |',
    ...results.flatMap(({ comparisons }) => comparisons.map(rowOf)),
    '',
    ...results.flatMap(({ notes }) => notes.map((note) => `- ${note}`)),
    '',
  ].join('\n')
}

export interface Machine {
  startedAt: Date
  /** Mean number of running processes in the minute before the start. */
  loadAtStart: number
  engineVersion: string
}

/** What a reader of figures has to know of the machine and the moment. */
export function machineLines({ startedAt, loadAtStart, engineVersion }: Machine): string[] {
  const cores = os.cpus()
  return [
    `date: ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `machine: ${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${gigabytes(os.totalmem())} memory`,
    `Node ${process.version}, DuckDB ${engineVersion}, ${os.platform()} ${os.release()}`,
    `load before the start: ${loadAtStart.toFixed(1)}${loadAtStart > cores.length / 2 ? ' (the machine was busy: wall times are too long, ratios are rough)' : ''}`,
  ]
}

function rowOf({ benchmark, ours, peer, value, unit, atMost }: Comparison): string {
  const amount = (figure: number) =>
    `${figure < 0.1 ? figure.toFixed(3) : count(round(figure))}${unit ? ` ${unit}` : ''}`
  const cells = [benchmark, ours, peer, amount(value), `<= ${amount(atMost)}`]
  return `| ${[...cells, value <= atMost ? 'yes' : '**no**'].join(' | ')} |`
}

const round = (figure: number): number => Math.round(figure * 100) / 100
