import { fork } from 'node:child_process'

/** What a piece of work cost. */
export interface Cost {
  wallSeconds: number
  /** User and system time of all threads. */
  cpuSeconds: number
}

/** What a child process cost from its start to its exit. */
export interface ProcessCost extends Cost {
  /** The most memory that was resident at one time. */
  peakBytes: number
}

/** Runs work of this process; garbage of earlier work is collected before the clock starts. */
export async function measured(work: () => Promise<unknown>): Promise<Cost> {
  globalThis.gc?.()
  const cpu = process.cpuUsage()
  const start = performance.now()
  await work()
  return { wallSeconds: secondsSince(start), cpuSeconds: cpuSecondsOf(process.cpuUsage(cpu)) }
}

/** Runs a compiled module of this folder in a process of its own; the module must end with `reportCost()`. */
export async function measuredProcess(
  module: string,
  settings: Readonly<Record<string, string>>,
): Promise<ProcessCost> {
  const start = performance.now()
  const child = fork(new URL(module, import.meta.url), {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let reported: Omit<ProcessCost, 'wallSeconds'> | undefined
  child.on('message', (message) => {
    reported = message as Omit<ProcessCost, 'wallSeconds'>
  })
  const exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (exitCode !== 0 || !reported) throw new Error(`${module} ended with exit code ${exitCode}`)
  return { ...reported, wallSeconds: secondsSince(start) }
}

/** Tells the parent what this process has cost. */
export function reportCost(): void {
  process.send?.({
    cpuSeconds: cpuSecondsOf(process.cpuUsage()),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  })
}

const secondsSince = (start: number): number => (performance.now() - start) / 1000

const cpuSecondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6
