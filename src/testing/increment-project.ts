import { cp, rm } from 'node:fs/promises'
import path from 'node:path'
import { listRawObjects } from '../collect/raw-objects.js'
import type { Config } from '../config.js'
import { configDigest } from '../config-digest.js'
import { configSchema } from '../config-schema.js'
import type { Row } from '../engines/engine.js'
import { openToGoOn } from '../increment/go-on.js'
import { makeBatch } from '../increment/make-increment.js'
import { exportFolderOf, keepTables, type MadeTables, makeTables } from '../make-tables.js'
import { makeWorkFolder } from '../prepare.js'
import { type Release, readRelease } from '../publish/release.js'
import { createRunId } from '../publish/run-id.js'
import { type RunOptions, type RunResult, runJob } from '../run.js'
import { keepState } from '../state/state-files.js'
import { openStorages } from '../storages.js'
import { landBatch } from './land-batch.js'
import { localConfig } from './local-config.js'
import { type ConfigOverlay, readLatest } from './run-project.js'
import type { Tables } from './tables.js'

/** What one batch does to the raw zone, by key: the rows or the text of an object that it writes, or null where it deletes one. */
export type Batch = Readonly<Record<string, readonly object[] | string | null>>

export type Published = Extract<RunResult, { status: 'published' }>

/** Content hashes by table. */
export type Hashes = Readonly<Record<string, string>>

export interface IncrementProject {
  /** Folder of the tables as a reader finds them. */
  latest: string
  land(batch: Batch): Promise<void>
  run(options?: Pick<RunOptions, 'full' | 'force'>): Promise<Published>
  /** Takes in what is new as a batch of a stream does, without a release, and returns what a query finds in the tables then. */
  batch(select: string): Promise<Row[]>
  released(): Promise<Release | undefined>
  /**
   * What a full run, by the id of a release if one is given, makes of the raw zone as it is after an earlier release;
   * nothing is published.
   */
  madeInFull(
    previous: Release | undefined,
    run?: string,
  ): Promise<{ hashes: Hashes; tables: Tables }>
  /** Remembers warehouse and state as they are. */
  keep(): Promise<void>
  /** Puts back what was remembered last; raw objects stay as they are. */
  putBack(): Promise<void>
  /** Puts back the state alone: kept tables that are older than the release. */
  putBackState(): Promise<void>
}

const version = 'test'

/** A raw zone, a warehouse and a state in folders of their own; nothing is in them yet. */
export function createIncrementProject(
  folder: string,
  sources: Config['sources'],
  { projectFolder, settings = {} }: { projectFolder?: string; settings?: ConfigOverlay } = {},
): IncrementProject {
  const config = configOf(folder, sources, settings)
  const made = { config, version, projectFolder }
  const configHash = configDigest(config, version, projectFolder)
  const { zones, warehouse } = openStorages(config)
  const kept = ['warehouse', 'state'].map((name) => path.join(folder, name))
  return {
    latest: path.join(folder, 'warehouse', 'latest'),
    land: (batch) => landBatch(zones.raw, batch),
    released: async () => (await readRelease(warehouse))?.release,
    async run(options = {}) {
      const result = await runJob({ ...made, ...options })
      if (result.status !== 'published')
        throw new Error(`expected a release, found ${result.status}`)
      return result
    },
    async batch(select) {
      const workFolder = await makeWorkFolder(config)
      const objects = await listRawObjects(zones, sources)
      const previous = (await readRelease(warehouse))!.release
      const wanted = { configHash, warehouse, workFolder, release: previous.release }
      const state = await openToGoOn(config, wanted, objects)
      const inputs = { zones, objects, ...wanted, previous, run: createRunId() }
      const batch = await makeBatch(made, inputs, state!)
      const rows = await batch.state.engine.query(select)
      const { engine, others, record, hashes } = batch.state
      const database = await keepTables([engine, ...others], {}, record, hashes)
      await keepState(config, { database })
      await rm(workFolder, { recursive: true })
      return rows
    },
    async madeInFull(previous, run = 'full') {
      const workFolder = await makeWorkFolder(config)
      const objects = await listRawObjects(zones, sources)
      const inputs = {
        zones,
        warehouse,
        objects,
        workFolder,
        previous,
        run,
        configHash,
      }
      const { tables: outputs } = await makeTables(made, inputs, false)
      const tables = await readLatest(exportFolderOf(workFolder))
      await rm(workFolder, { recursive: true })
      return { hashes: Object.fromEntries(outputs.map((t) => [t.table, hashOf(t)])), tables }
    },
    async keep() {
      for (const name of kept) await replace(name, `${name}-kept`)
    },
    async putBack() {
      for (const name of kept) await replace(`${name}-kept`, name)
    },
    putBackState: () => replace(path.join(folder, 'state-kept'), path.join(folder, 'state')),
  }
}

const hashOf = (made: MadeTables['tables'][number]): string =>
  'kept' in made ? made.kept.content_hash : made.contentHash

export const hashesOf = ({ tables }: Release): Hashes =>
  Object.fromEntries(Object.entries(tables).map(([table, found]) => [table, found.content_hash]))

async function replace(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
}

function configOf(folder: string, sources: Config['sources'], settings: ConfigOverlay): Config {
  const config: Record<string, unknown> = localConfig(folder, sources)
  const overlay = { ...settings, engine: { threads: 1, parallel_models: 2, ...settings.engine } }
  const changed = Object.entries(overlay).map(([section, values]) => [
    section,
    { ...(config[section] as object), ...values },
  ])
  return configSchema.parse({ ...config, ...Object.fromEntries(changed) })
}
