import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { builtInFolder } from '../project.js'

const home = path.join(builtInFolder, '.cache/services/spark')
const install = path.join(builtInFolder, 'src/engines/spark/install-spark.sh')

/** Installs Apache Spark where it is not yet. */
export function installSpark(): void {
  execFileSync('sh', [install], { stdio: 'inherit' })
}

/** A program of the installed Spark, such as `spark-submit`. */
export const sparkProgram = (name: string): string => path.join(home, 'bin', name)

/** Arguments that set these settings. */
export const sparkSettings = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`])

/** Nothing of a Spark that a machine may have of its own. */
export function sparkEnvironment(folder: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !/^(SPARK|HADOOP|PYSPARK)_/.test(name),
  )
  return {
    ...Object.fromEntries(others),
    SPARK_HOME: home,
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_WORKER_DIR: path.join(folder, 'executors'),
  }
}

/** Runs a program of Spark in a folder to its end, and returns the last of what it said. */
export async function runSparkProgram(
  name: string,
  folder: string,
  programArguments: readonly string[],
): Promise<string> {
  const child = spawn(sparkProgram(name), programArguments, {
    cwd: folder,
    env: sparkEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
    })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${said}`)
  return said
}
