import { rm } from 'node:fs/promises'
import type { Checkpoints } from '../checkpoint/checkpoints.js'
import type { RawObject, Zones } from '../collect/raw-objects.js'
import { openToGoOn } from '../increment/go-on.js'
import { makeBatch, type Taken } from '../increment/make-increment.js'
import { makeAndPublish } from '../make-and-publish.js'
import { exportFolderOf, type Inputs, type MakeOptions } from '../make-tables.js'
import type { Lease } from '../publish/lease.js'
import { publishLive } from '../publish/live.js'
import { type Release, readRelease } from '../publish/release.js'
import { createRunId } from '../publish/run-id.js'
import { type LogPosition, readPositions } from '../state/log-positions.js'
import { closeState, type OpenState, openState } from '../state/state.js'
import type { Storage } from '../storage/storage.js'
import type { Input } from './input.js'

/** The tables of a stream: those that are kept, and the release that was last made of them. */
export interface StreamTables {
  /** Where the reading of logs goes on, as the kept tables know it. */
  readonly positions: readonly LogPosition[]
  /** Whether there are no tables to go on from: the next update makes all of them. */
  isFresh(): boolean
  /** Whether any object is new, rewritten or gone. */
  isBehind(objects: readonly RawObject[]): boolean
  /** Whether the kept tables are others than the released ones. */
  isUnpublished(): boolean
  /** Takes in what is new; without kept tables to go on from, makes all of them and publishes. */
  update(input: Input): Promise<Updated>
  /** As `update`, and publishes. */
  publish(input: Input): Promise<Updated>
  /** Lets go of what was not published; whoever opens the tables again reads that anew. */
  close(): Promise<void>
}

export interface Updated extends Taken {
  /** What was published, if that was done, and how many rows of the release before it says otherwise. */
  release?: Release
  restated?: number
}

export interface StreamTablesOptions {
  options: MakeOptions
  zones: Zones
  warehouse: Storage
  lease: Lease
  workFolder: string
  configHash: string
  checkpoints: Checkpoints
}

/** Opens what an earlier run or stream has kept, if it may be gone on from. */
export async function openStreamTables(stream: StreamTablesOptions): Promise<StreamTables> {
  const { options, warehouse, lease, workFolder, checkpoints } = stream
  const { config } = options
  let current = await readRelease(warehouse)
  const kept = await readKept(stream, current?.release.release ?? null)
  const read = new Map(kept.objects)
  const keptRelease = kept.state?.record.release
  // Older tables say nothing of the customers and the models of the release.
  let isOfRelease = keptRelease === current?.release.release
  let isUnpublished = keptRelease !== undefined && keptRelease !== current?.release.release

  let isFresh = keptRelease === undefined
  let held = kept.state
  /** Whoever takes what is held closes it, or holds it again. */
  const takeHeld = (): OpenState | undefined => {
    const taken = held
    held = undefined
    return taken
  }
  const inputsOf = async ({ objects, positions }: Input): Promise<Inputs> => {
    const { zones, configHash } = stream
    current = await readRelease(warehouse)
    const previous = current?.release
    const run = createRunId()
    return { zones, warehouse, objects, positions, workFolder, previous, run, configHash }
  }
  const noteRead = ({ objects }: Input) => {
    isFresh = false
    read.clear()
    for (const { objectId, etag } of objects) read.set(objectId, etag)
  }
  const publish = async (input: Input): Promise<Updated> => {
    const inputs = await inputsOf(input)
    const { scope, figures, release, restated } = await makeAndPublish(options, inputs, {
      lease: { ...lease, run: inputs.run },
      expected: current?.etag,
      full: false,
      checkpoints,
      held: takeHeld(),
    })
    await rm(exportFolderOf(workFolder), { recursive: true, force: true })
    isOfRelease = true
    isUnpublished = false
    noteRead(input)
    return { scope, figures, release, restated }
  }
  return {
    positions: kept.positions,
    isFresh: () => isFresh,
    isBehind: (objects) =>
      objects.length !== read.size ||
      objects.some(({ objectId, etag }) => read.get(objectId) !== etag),
    isUnpublished: () => isUnpublished,
    async update(input) {
      const inputs = await inputsOf(input)
      const { configHash, previous } = inputs
      const release = previous?.release ?? null
      const wanted = { configHash, warehouse, workFolder, release }
      const state = await openToGoOn(config, wanted, input.objects, takeHeld())
      if (state === undefined) return publish(input)
      const batch = await makeBatch(options, inputs, state)
      held = batch.state
      // Whoever has lost the lease must not go on: another's tables are in the warehouse by then.
      await lease.renew()
      isUnpublished = true
      if (previous && isOfRelease) {
        const beside = { release: previous.release, run: inputs.run }
        await publishLive(warehouse, beside, batch.live)
      }
      noteRead(input)
      return { scope: batch.scope, figures: batch.figures }
    },
    async close() {
      const left = takeHeld()
      if (left) await closeState(left)
    },
    publish,
  }
}

interface Kept {
  /** Stays open. */
  state?: OpenState
  positions: LogPosition[]
  /** Etags of the objects that were read, by id. */
  objects: [string, string][]
}

async function readKept(
  { options, warehouse, workFolder, configHash, checkpoints }: StreamTablesOptions,
  release: string | null,
): Promise<Kept> {
  const state = await openState(options.config, {
    configHash,
    warehouse,
    workFolder,
    release,
    restore: checkpoints.restore,
  })
  if (state === undefined) return { positions: [], objects: [] }
  try {
    const rows = await state.engine.query('select object_id, etag from object_reads')
    const positions = await readPositions(state.engine)
    const objects = rows.map(({ object_id, etag }): [string, string] => [
      String(object_id),
      String(etag),
    ])
    return { state, positions, objects }
  } catch (error) {
    await closeState(state)
    throw error
  }
}
