import { mkdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {
  eventLogSettings,
  readEventLog,
  type SparkStatement,
  type SparkTask,
} from '../src/testing/spark-event-log.js'
import { startSpark } from '../src/testing/spark-server.js'
import { cachedSample, withScratchFolder } from './cache.js'
import type { Cost } from './measure.js'
import { type SizeOnSpark, type StepOnSpark, sparkPage } from './spark-page.js'
import { wholeJob } from './whole-job-process.js'

const sizes = (process.env.BENCH_SIZES ?? '1000000').split(',').map(Number)

/** Each of the two executors has a core, and memory for the tables of ten million touchpoints. */
const processes = { driver: 2048, executor: 4096, javaOptions: [] }

/** Both engines on the same exports in a local folder, one after the other. */
async function costOfSize(size: number): Promise<SizeOnSpark> {
  const { rawFolder, summary } = await cachedSample(size)
  const loadAtStart = os.loadavg()[0]!
  const embedded = await withScratchFolder((folder) => wholeJob(rawFolder, folder))
  const { spark, statements } = await withScratchFolder((folder) => runOnSpark(rawFolder, folder))
  const steps = stepsOf(statements)
  return { touchpoints: summary.touchpoints, loadAtStart, embedded, spark, steps }
}

async function runOnSpark(
  rawFolder: string,
  folder: string,
): Promise<{ spark: Cost; statements: SparkStatement[] }> {
  const events = path.join(folder, 'events')
  await mkdir(events)
  const server = await startSpark(eventLogSettings(events), processes)
  try {
    const spark = await wholeJob(rawFolder, folder, {
      THROUGHLINE__ENGINE__KIND: 'spark',
      THROUGHLINE__ENGINE__SPARK__URL: server.url,
      THROUGHLINE__ENGINE__PARALLEL_MODELS: '4',
      SPARK_CONNECT_AUTHENTICATE_TOKEN: server.token,
    })
    return { spark, statements: await readEventLog(events) }
  } finally {
    await server.close()
  }
}

/** What was made of each table, and of none, taken together. */
function stepsOf(statements: readonly SparkStatement[]): StepOnSpark[] {
  const steps = new Map<string, SparkStatement[]>()
  for (const statement of statements)
    steps.set(statement.table, [...(steps.get(statement.table) ?? []), statement])
  return [...steps].map(([table, made]) => stepOf(table, made))
}

function stepOf(table: string, statements: readonly SparkStatement[]): StepOnSpark {
  const stages = statements.flatMap((statement) => statement.stages)
  const tasks = stages.flat()
  const total = (of: keyof SparkTask) => tasks.reduce((sum, task) => sum + task[of], 0)
  const longest = stages.map((stage) => Math.max(0, ...stage.map(({ runSeconds }) => runSeconds)))
  return {
    table,
    tasks: tasks.length,
    runSeconds: total('runSeconds'),
    cpuSeconds: total('cpuSeconds'),
    longestTasksSeconds: longest.reduce((sum, seconds) => sum + seconds, 0),
    bytesScanned: total('bytesScanned'),
    bytesShuffled: total('bytesShuffled'),
    bytesWritten: total('bytesWritten'),
    bytesReturned: total('bytesReturned'),
  }
}

const costs: SizeOnSpark[] = []
for (const size of sizes) {
  costs.push(await costOfSize(size))
  // The next size may take an hour, and fail.
  await writeFile('bench/SPARK.md', sparkPage(costs))
}
process.stdout.write(sparkPage(costs))
