import { existsSync, readdirSync } from 'node:fs'
import { checkConfig } from './check-config.js'
import { checkDefaultStage } from './check-stage.js'
import { listRawObjects } from './collect/raw-objects.js'
import { configDigest } from './config-digest.js'
import { engineModule, inClearedWork } from './engine-module.js'
import { ThroughlineError } from './errors.js'
import { type MakeOptions, makeTables } from './make-tables.js'
import { followable } from './prepare.js'
import { readRelease } from './publish/release.js'
import { onSignal } from './signals.js'
import { openStorages } from './storages.js'
import { withLease } from './with-lease.js'

export interface Compiled {
  folder: string
  /** In the order in which they are to be run. */
  files: string[]
}

/**
 * Makes and checks every table, publishes nothing, and writes down the SQL by which the engine did it. Errors, before
 * anything is made: an engine whose run is no plain SQL, and a folder that has files.
 */
export async function compileJob(options: MakeOptions, folder: string): Promise<Compiled> {
  const { version, projectFolder } = options
  await checkConfig(options.config, projectFolder)
  const config = await followable(options.config)
  checkDefaultStage(config, projectFolder)
  await requireRecording(options, folder)
  const { zones, warehouse } = openStorages(config)
  return withLease(config, warehouse, async ({ lease, workFolder, cleanUp }) => {
    const signalsOff = onSignal(cleanUp, options.onNotice)
    try {
      const objects = await listRawObjects(zones, config.sources)
      const previous = (await readRelease(warehouse))?.release
      const configHash = configDigest(config, version, projectFolder)
      const { run } = lease
      const inputs = { zones, warehouse, objects, workFolder, previous, run, configHash }
      const making = { ...options, config, recordTo: folder }
      await inClearedWork(config, inputs, () => makeTables(making, inputs, false))
      return { folder, files: statementFiles(folder) }
    } finally {
      signalsOff()
    }
  })
}

/** The files of statements, in the order in which they are to be run; what these read lies beside them. */
export const statementFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()

async function requireRecording({ config }: MakeOptions, folder: string): Promise<void> {
  const { kind } = config.engine
  if (!(await engineModule(config)).recordsStatements) {
    const expected = 'an engine whose run is plain SQL'
    throw usage('engine.kind', expected, kind, 'Compile for spark: `--engine spark`.')
  }
  if (!existsSync(folder) || readdirSync(folder).length === 0) return
  const remedy = 'Name another folder, or empty this one.'
  throw usage(folder, 'a folder that is new or empty', 'files', remedy)
}

const usage = (at: string, expected: string, found: string, remedy: string): ThroughlineError =>
  new ThroughlineError({ code: 'usage', at, expected, found, remedy })
