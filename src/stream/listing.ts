import { setTimeout as sleep } from 'node:timers/promises'
import { listExports, type RawObject, type Zones } from '../collect/raw-objects.js'
import type { Config } from '../config.js'

export interface Listing {
  /** As they were when last listed. */
  objects(): readonly RawObject[]
  /** Waits until they are to be listed again. */
  wait(signal: AbortSignal): Promise<void>
  /** Lists them now, or beside the work when it is time; returns whether they are as of now. */
  refresh(now: boolean): Promise<boolean>
}

/** The exporters' objects, listed anew every so often, beside the work: a large zone takes a while. */
export function createListing({ sources, stream }: Config, { raw }: Zones): Listing {
  let objects: RawObject[] | undefined
  let due = 0
  let failure: unknown
  let running: Promise<void> | undefined
  const list = async (): Promise<void> => {
    objects = await listExports(raw, sources)
    due = performance.now() + stream.poll_objects_seconds * 1000
  }
  const listBeside = (): void => {
    running ??= list()
      .catch((error: unknown) => {
        failure = error
      })
      .finally(() => {
        running = undefined
      })
  }
  return {
    objects: () => objects ?? [],
    async wait(signal: AbortSignal): Promise<void> {
      await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(
        () => undefined,
      )
    },
    async refresh(now: boolean): Promise<boolean> {
      await (objects === undefined || now ? running : undefined)
      if (failure !== undefined) throw failure
      if (objects === undefined || now) await list()
      else if (performance.now() >= due) listBeside()
      return now
    },
  }
}
