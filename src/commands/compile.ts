import type { Command } from 'commander'
import { compileJob } from '../compile.js'
import { readConfig } from '../config.js'
import { counted } from '../counted.js'
import { version } from '../version.js'
import {
  type CommonOptions,
  endProgress,
  noticeOf,
  printResult,
  progressOf,
  withCommonOptions,
} from './report.js'

interface CompileOptions extends CommonOptions {
  engine?: string
  out: string
}

export function addCompileCommand(program: Command): void {
  withCommonOptions(program.command('compile'))
    .description(
      'Make and check every table on Spark without publishing, and write the SQL of it, to be run again by `spark-sql -f`. Needs --engine spark, or engine.kind: spark, and the address of the cluster in engine.spark.url.',
    )
    .requiredOption('-o, --out <folder>', 'new folder for the .sql files')
    .option('--engine <kind>', 'engine.kind, whatever the config says')
    .action(compile)
}

async function compile(options: CompileOptions): Promise<void> {
  const { engine, ...config } = readConfig(options.config, process.env)
  // One table after the other, so that each has its statements in one file.
  const kind = options.engine ?? engine.kind
  const compiled = await compileJob(
    {
      config: { ...config, engine: { ...engine, kind, parallel_models: 1 } },
      version,
      projectFolder: options.project,
      onProgress: progressOf(options),
      onNotice: noticeOf(options),
    },
    options.out,
  )
  endProgress(options)
  printResult(
    options,
    compiled,
    () => `Written: ${counted(compiled.files.length, 'file')} in ${options.out}`,
  )
}
