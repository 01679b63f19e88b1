import os from 'node:os'
import { count, gigabytes, megabytes, seconds } from './comparison.js'
import type { Cost } from './measure.js'

/** What making one table took; sums of its tasks, and of the longest task of each stage. */
export interface StepOnSpark {
  table: string
  tasks: number
  runSeconds: number
  cpuSeconds: number
  longestTasksSeconds: number
  bytesScanned: number
  bytesShuffled: number
  bytesWritten: number
  /** To the driver: counts, digests, samples. */
  bytesReturned: number
}

export interface SizeOnSpark {
  touchpoints: number
  loadAtStart: number
  embedded: Cost
  /** Of our process and of the wait for the cluster. */
  spark: Cost
  steps: readonly StepOnSpark[]
}

const stepsShown = 15
const coresHere = 2
const clusters = [8, 32, 128]
/** With fewer, what a task costs by itself hides what its rows cost. */
const fewestToProject = 900_000

/** `bench/SPARK.md`: what each size took on both engines, what the cluster moved, and what that says of larger ones. */
export const sparkPage = (sizes: readonly SizeOnSpark[]): string =>
  [
    '# Spark beside the embedded engine',
    '',
    'Written by `node dist/bench/spark-scale.js`; [docs/spark-clusters.md](../docs/spark-clusters.md) says how to read it.',
    '',
    `- machine: ${os.cpus().length} cores (${os.cpus()[0]?.model.trim()}), ${gigabytes(os.totalmem())} memory, of both engines and of everything else`,
    '- Spark: a driver and two executors of one core each, as processes of their own; exports and tables in a local folder',
    '',
    ...table(
      [
        'touchpoints',
        'embedded: wall',
        'CPU',
        'Spark: wall',
        'CPU of tasks',
        'of our process',
        'load before the start',
      ],
      sizes.map(sizeCells),
    ),
    '',
    'Below are the tables with the most time in tasks. *Returned* is what tasks send to the driver: counts, digests, samples, but not small tables that it sends to all executors. The last column is what no cluster could go below: the longest task of each stage.',
    '',
    ...sizes.flatMap((size) => [
      `## ${count(size.touchpoints)} touchpoints`,
      '',
      ...stepTable(size),
      '',
    ]),
    '## Projection',
    '',
    ...projection(sizes),
    '',
  ].join('\n')

const sum = (steps: readonly StepOnSpark[], of: Exclude<keyof StepOnSpark, 'table'>): number =>
  steps.reduce((total, step) => total + step[of], 0)

const sizeCells = ({ touchpoints, embedded, spark, steps, loadAtStart }: SizeOnSpark): string[] => [
  count(touchpoints),
  seconds(embedded.wallSeconds),
  seconds(embedded.cpuSeconds),
  seconds(spark.wallSeconds),
  seconds(sum(steps, 'cpuSeconds')),
  seconds(spark.cpuSeconds),
  loadAtStart.toFixed(1),
]

function stepTable({ steps }: SizeOnSpark): string[] {
  const all = { ...totalOf(steps), table: 'all' }
  const longest = [...steps].sort((a, b) => b.runSeconds - a.runSeconds).slice(0, stepsShown)
  return table(
    [
      'table',
      'tasks',
      'in tasks',
      'CPU',
      'scanned',
      'shuffled',
      'written',
      'returned',
      'longest tasks',
    ],
    [all, ...longest].map((step) => [
      step.table || '(counts, digests, checks)',
      count(step.tasks),
      seconds(step.runSeconds),
      seconds(step.cpuSeconds),
      megabytes(step.bytesScanned),
      megabytes(step.bytesShuffled),
      megabytes(step.bytesWritten),
      megabytes(step.bytesReturned),
      seconds(step.longestTasksSeconds),
    ]),
  )
}

const totalOf = (steps: readonly StepOnSpark[]): Omit<StepOnSpark, 'table'> => ({
  tasks: sum(steps, 'tasks'),
  runSeconds: sum(steps, 'runSeconds'),
  cpuSeconds: sum(steps, 'cpuSeconds'),
  longestTasksSeconds: sum(steps, 'longestTasksSeconds'),
  bytesScanned: sum(steps, 'bytesScanned'),
  bytesShuffled: sum(steps, 'bytesShuffled'),
  bytesWritten: sum(steps, 'bytesWritten'),
  bytesReturned: sum(steps, 'bytesReturned'),
})

/** What a run takes by its size and the cores of the cluster, told from the two largest sizes. */
interface Law {
  /** Not in tasks, so not shared by cores. */
  planningSeconds: number
  /** In tasks, whatever the size. */
  taskSeconds: number
  /** In tasks, of each touchpoint. */
  taskSecondsPerTouchpoint: number
  /** Of the embedded engine, all of whose time grows with the touchpoints. */
  embeddedSecondsPerTouchpoint: number
}

function lawOf(sizes: readonly SizeOnSpark[]): Law {
  const [smaller, larger] = sizes.slice(-2) as [SizeOnSpark, SizeOnSpark]
  const inTasks = ({ steps }: SizeOnSpark) => sum(steps, 'runSeconds')
  const perTouchpoint =
    (inTasks(larger) - inTasks(smaller)) / (larger.touchpoints - smaller.touchpoints)
  return {
    planningSeconds: Math.max(0, larger.spark.wallSeconds - inTasks(larger) / coresHere),
    taskSeconds: Math.max(0, inTasks(larger) - perTouchpoint * larger.touchpoints),
    taskSecondsPerTouchpoint: perTouchpoint,
    embeddedSecondsPerTouchpoint: larger.embedded.wallSeconds / larger.touchpoints,
  }
}

function projection(sizes: readonly SizeOnSpark[]): string[] {
  if (sizes.length < 2 || sizes.at(-1)!.touchpoints < fewestToProject)
    return ['It takes two sizes, the larger of a million touchpoints, to tell others.']
  const law = lawOf(sizes)
  return [
    `Of a run on Spark ${seconds(law.planningSeconds)} are taken for planning, listing and waiting, whatever the size. In tasks are ${seconds(law.taskSeconds)} whatever the size and ${seconds(law.taskSecondsPerTouchpoint * 1e6)} a million touchpoints, shared by the cores. The embedded engine takes ${seconds(law.embeddedSecondsPerTouchpoint * 1e6)} a million on ${coresHere} cores. On cores like these, each of which the executor here shared with half of the driver and of our process, and with nothing lost to the network or to uneven tasks:`,
    '',
    ...table(
      [
        'cores of the cluster',
        'as fast as the embedded engine from',
        'at 100 million touchpoints',
        'embedded',
      ],
      clusters.map((cores) => [
        String(cores),
        sizeThatPays(law, cores),
        seconds(onSpark(law, cores, 1e8)),
        seconds(law.embeddedSecondsPerTouchpoint * 1e8),
      ]),
    ),
  ]
}

const onSpark = (law: Law, cores: number, touchpoints: number): number =>
  law.planningSeconds + (law.taskSeconds + law.taskSecondsPerTouchpoint * touchpoints) / cores

function sizeThatPays(law: Law, cores: number): string {
  const gain = law.embeddedSecondsPerTouchpoint - law.taskSecondsPerTouchpoint / cores
  return gain <= 0 ? 'never' : count(Math.ceil(onSpark(law, cores, 0) / gain / 1e6) * 1e6)
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
