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

/** The statements that Spark's event log in a folder tells of, in their order. */
export async function readEventLog(folder: string): Promise<SparkStatement[]> {
  const statements = new Map<string, SparkStatement>()
  const stages = new Map<number, SparkTask[]>()
  for (const file of await readdir(folder))
    for await (const line of createInterface(createReadStream(path.join(folder, file)))) {
      // The last line of a server that is still running may be a part of one.
      if (line.endsWith('}')) takeEvent(line, statements, stages)
    }
  return [...statements.values()]
}

function takeEvent(
  line: string,
  statements: Map<string, SparkStatement>,
  stages: Map<number, SparkTask[]>,
): void {
  // Most of a log, and most of its bytes, is of no use here.
  const kind = /^{"Event":"[\w.]*?(SQLExecutionStart|JobStart|TaskEnd)"/.exec(line)
  if (!kind) return
  const event = JSON.parse(line) as Started & JobStarted & TaskEnded
  if (kind[1] === 'SQLExecutionStart')
    statements.set(String(event.executionId), { ...madeBy(event.sparkPlanInfo), stages: [] })
  const statement =
    kind[1] === 'JobStart' && statements.get(event.Properties['spark.sql.execution.id'] ?? '')
  // A stage that another job has done before runs no task again.
  if (statement)
    for (const stage of event['Stage IDs']) {
      if (stages.has(stage)) continue
      stages.set(stage, [])
      statement.stages.push(stages.get(stage)!)
    }
  if (kind[1] === 'TaskEnd' && event['Task Metrics'])
    stages.get(event['Stage ID'])?.push(taskOf(event['Task Metrics']))
}

interface Started {
  executionId: number
  sparkPlanInfo: PlanNode
}
interface JobStarted {
  'Stage IDs': number[]
  Properties: Record<string, string | undefined>
}
interface TaskEnded {
  'Stage ID': number
  'Task Metrics'?: TaskMetrics
}
interface TaskMetrics {
  'Executor Run Time': number
  'Executor CPU Time': number
  'Input Metrics': { 'Bytes Read': number }
  'Output Metrics': { 'Bytes Written': number }
  'Shuffle Read Metrics': { 'Total Records Read': number }
  'Shuffle Write Metrics': { 'Shuffle Bytes Written': number }
}

const taskOf = (metrics: TaskMetrics): SparkTask => ({
  runSeconds: metrics['Executor Run Time'] / 1e3,
  cpuSeconds: metrics['Executor CPU Time'] / 1e9,
  bytesScanned: metrics['Input Metrics']['Bytes Read'],
  bytesWritten: metrics['Output Metrics']['Bytes Written'],
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
