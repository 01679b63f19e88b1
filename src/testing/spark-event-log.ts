import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** An operator of a plan, with what it reads below it. */
interface PlanNode {
  simpleString: string
  children: PlanNode[]
}

/** What one task of a stage did. */
export interface SparkTask {
  runSeconds: number
  cpuSeconds: number
  /** From files, then to files. */
  bytesScanned: number
  bytesWritten: number
  bytesShuffled: number
  /** To the driver, but for small tables that it sends to all executors. */
  bytesReturned: number
  /** Rows that the stages before have left for it. */
  rowsFetched: number
}

/** A statement that Spark ran. */
export interface SparkStatement {
  /** The table that it made, and the run that it made it for; nothing of a statement that made none. */
  table: string
  run: string
  /** Tasks of each stage. */
  stages: SparkTask[][]
}

/** Settings with which Spark writes one readable file of events into the folder. */
export const eventLogSettings = (folder: string): Record<string, string> => ({
  'spark.eventLog.enabled': 'true',
  'spark.eventLog.dir': `file://${folder}`,
  'spark.eventLog.compress': 'false',
  'spark.eventLog.rolling.enabled': 'false',
})

/** What has been read of a log: statements by their execution, stages by their number. */
interface Read {
  statements: Map<string, SparkStatement>
  stages: Map<number, Stage>
}

interface Stage {
  tasks: SparkTask[]
  isBroadcast: boolean
}

/** The statements that Spark's event log in a folder tells of, in their order. */
export async function readEventLog(folder: string): Promise<SparkStatement[]> {
  const read: Read = { statements: new Map(), stages: new Map() }
  for (const file of await readdir(folder))
    for await (const line of createInterface(createReadStream(path.join(folder, file)))) {
      // The last line of a server that is still running may be a part of one.
      if (line.endsWith('}')) takeEvent(read, line)
    }
  return [...read.statements.values()]
}

function takeEvent(read: Read, line: string): void {
  // Most of a log, and most of its bytes, is of no use here.
  const kind = /^{"Event":"[\w.]*?(SQLExecutionStart|JobStart|TaskEnd)"/.exec(line)?.[1]
  if (kind === 'SQLExecutionStart') takeStatement(read, JSON.parse(line) as Started)
  if (kind === 'JobStart') takeJob(read, JSON.parse(line) as JobStarted)
  if (kind === 'TaskEnd') takeTask(read, JSON.parse(line) as TaskEnded)
}

interface Started {
  executionId: number
  sparkPlanInfo: PlanNode
}

function takeStatement({ statements }: Read, { executionId, sparkPlanInfo }: Started): void {
  statements.set(String(executionId), { ...madeBy(sparkPlanInfo), stages: [] })
}

interface JobStarted {
  'Stage IDs': number[]
  Properties: Record<string, string | undefined>
}

function takeJob({ statements, stages }: Read, job: JobStarted): void {
  const statement = statements.get(job.Properties['spark.sql.execution.id'] ?? '')
  if (statement === undefined) return
  const isBroadcast = /broadcast exchange/.test(job.Properties['spark.job.tags'] ?? '')
  for (const stage of job['Stage IDs']) {
    // A stage that another job has done before runs no task again.
    if (stages.has(stage)) continue
    const tasks: SparkTask[] = []
    stages.set(stage, { tasks, isBroadcast })
    statement.stages.push(tasks)
  }
}

interface TaskEnded {
  'Stage ID': number
  'Task Metrics'?: TaskMetrics
}

function takeTask({ stages }: Read, task: TaskEnded): void {
  const metrics = task['Task Metrics']
  const stage = stages.get(task['Stage ID'])
  if (metrics) stage?.tasks.push(taskOf(metrics, stage))
}

interface TaskMetrics {
  'Executor Run Time': number
  'Executor CPU Time': number
  'Result Size': number
  'Input Metrics': { 'Bytes Read': number }
  'Output Metrics': { 'Bytes Written': number }
  'Shuffle Read Metrics': { 'Total Records Read': number }
  'Shuffle Write Metrics': { 'Shuffle Bytes Written': number }
}

const taskOf = (metrics: TaskMetrics, { isBroadcast }: Pick<Stage, 'isBroadcast'>): SparkTask => ({
  runSeconds: metrics['Executor Run Time'] / 1e3,
  cpuSeconds: metrics['Executor CPU Time'] / 1e9,
  bytesScanned: metrics['Input Metrics']['Bytes Read'],
  bytesWritten: metrics['Output Metrics']['Bytes Written'],
  bytesReturned: isBroadcast ? 0 : metrics['Result Size'],
  bytesShuffled: metrics['Shuffle Write Metrics']['Shuffle Bytes Written'],
  rowsFetched: metrics['Shuffle Read Metrics']['Total Records Read'],
})

/** By the folder of the run into which the plan writes. */
function madeBy(plan: PlanNode): { run: string; table: string } {
  const write = nodesOf(plan).find(({ simpleString }) => simpleString.startsWith('Execute Insert'))
  const place = /\/_work\/([^/]+)\/(\w+)\/\d+,/.exec(write?.simpleString ?? '')
  return { run: place?.[1] ?? '', table: place?.[2] ?? '' }
}

/** Every operator of a plan, each before those below it. */
const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...plan.children.flatMap(nodesOf)]
