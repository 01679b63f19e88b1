import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './free-port.js'
import { shortLivedJvm } from './short-lived-jvm.js'
import {
  installSpark,
  runSparkProgram,
  sparkEnvironment,
  sparkProgram,
  sparkSettings,
} from './spark-programs.js'

const startMilliseconds = 240_000

/** Memory in MB of the driver and of each of the two executors, each a process of its own, as on a cluster. */
export interface SparkProcesses {
  driver: number
  executor: number
  javaOptions: readonly string[]
}

const ofTests: SparkProcesses = { driver: 1024, executor: 512, javaOptions: shortLivedJvm }

/** Apache Spark with Connect in processes and a folder of its own. */
export interface SparkServer {
  /** sc://…, with a token. */
  connectionString: string
  /** The same without. */
  url: string
  token: string
  /** Folder that driver and executors share. */
  folder: string
  /** Ends the driver without warning; the executors follow it. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Runs a file of SQL by Spark's command line, in a process of its own with the same settings. */
  runSql(file: string): Promise<void>
  close(): Promise<void>
}

/** Installs Apache Spark where it is not yet, and starts it with further settings. */
export async function startSpark(
  settings: Readonly<Record<string, string>> = {},
  processes: SparkProcesses = ofTests,
): Promise<SparkServer> {
  installSpark()
  const folder = await mkdtemp(path.join(tmpdir(), 'spark-'))
  const port = await freePort()
  const url = `sc://127.0.0.1:${port}/;use_ssl=false`
  const token = 'token of the tests'
  const all = {
    ...ownSettings(folder, port, token),
    ...processSettings(folder, processes),
    ...settings,
  }
  let child = await startProcess(folder, all)
  const end = (signal: NodeJS.Signals): Promise<void> => ended(child, signal)
  return {
    connectionString: `${url};token=${encodeURIComponent(token)}`,
    url,
    token,
    folder,
    kill: () => end('SIGKILL'),
    async start() {
      child = await startProcess(folder, all)
    },
    runSql: (file) => runSql(folder, all, file),
    async close() {
      await end('SIGTERM')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const ownSettings = (folder: string, port: number, token: string): Record<string, string> => ({
  'spark.connect.grpc.binding.address': '127.0.0.1',
  'spark.connect.grpc.binding.port': String(port),
  'spark.connect.authenticate.token': token,
  'spark.driver.host': '127.0.0.1',
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.hadoop.hadoop.tmp.dir': path.join(folder, 'hadoop'),
  'spark.local.dir': path.join(folder, 'local'),
  'spark.sql.warehouse.dir': path.join(folder, 'warehouse'),
  'spark.sql.shuffle.partitions': '4',
  'spark.ui.enabled': 'false',
})

const processSettings = (
  folder: string,
  { driver, executor, javaOptions }: SparkProcesses,
): Record<string, string> => ({
  'spark.master': `local-cluster[2,1,${executor}]`,
  'spark.driver.memory': `${driver}m`,
  'spark.driver.extraJavaOptions': [`-Djava.io.tmpdir=${folder}`, ...javaOptions].join(' '),
  'spark.executor.memory': `${executor}m`,
  ...(javaOptions.length > 0 ? { 'spark.executor.extraJavaOptions': javaOptions.join(' ') } : {}),
})

/** Starts the driver and waits until it says so; what it said on its way down is the error. */
async function startProcess(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const child = spawn(
    sparkProgram('spark-submit'),
    [
      ...sparkSettings(settings),
      ...['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer', 'spark-internal'],
    ],
    { cwd: folder, env: sparkEnvironment(folder), stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => {
      child.kill('SIGKILL')
      reject(new Error(`Spark did not start: ${said.slice(-4000)}`))
    }
    const timer = setTimeout(fail, startMilliseconds)
    child.once('exit', fail)
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000)
      if (!said.includes('Spark Connect server started at')) return
      clearTimeout(timer)
      child.off('exit', fail)
      resolve()
    })
  })
  return child
}

async function runSql(
  folder: string,
  settings: Readonly<Record<string, string>>,
  file: string,
): Promise<void> {
  await runSparkProgram('spark-sql', folder, [
    ...['--conf', 'spark.sql.catalogImplementation=in-memory'],
    ...sparkSettings(settings),
    ...['--master', 'local[2]'],
    ...['-f', file],
  ])
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exit
}
