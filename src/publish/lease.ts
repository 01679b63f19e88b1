import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ThroughlineError } from '../errors.js'
import type { Storage } from '../storage/storage.js'
import { parseObject, textOf } from './release.js'
import { writeOwn } from './write-own.js'

export const lockKey = '_lock.json'

const lockSchema = z.object({
  format: z.literal(1),
  run: z.string(),
  /** Names the holder on any host; a run that is started again holds another one. */
  token: z.string(),
  expires_at: z.iso.datetime(),
})
type Lock = z.infer<typeof lockSchema>

/** Epoch milliseconds. */
export type Clock = () => number

export interface LeaseOptions {
  run: string
  /** How long the lease outlives its holder; it is renewed three times as often. */
  seconds: number
  now?: Clock
  /** Names this holder; a new one unless told. */
  token?: string
  /** Tokens of holders that are known to be dead: their lease is not waited for. */
  dead?: readonly string[]
}

/** The right to publish to a warehouse; it keeps rival runs from wasted work, while the pointer's swap decides. */
export interface Lease {
  readonly run: string
  /** Renews at once; throws `conflict` when another run has taken the lease over. */
  renew(): Promise<void>
  /** Gives the lease back; one that cannot be given back expires. */
  release(): Promise<void>
}

/** Takes the lease if it is free or expired and renews it until released; throws `lock` while another run holds it. */
export async function acquireLease(storage: Storage, options: LeaseOptions): Promise<Lease> {
  const { token = randomUUID(), dead = [] } = options
  const now = options.now ?? Date.now
  const textUntil = (time: number): string =>
    textOf({ format: 1, run: options.run, token, expires_at: new Date(time).toISOString() })
  const lifetime = options.seconds * 1000
  const isHeld = (lock: Lock): boolean =>
    Date.parse(lock.expires_at) > now() && !dead.includes(lock.token)
  let etag = await take(storage, textUntil(now() + lifetime), isHeld)

  let renewal: Promise<void> = Promise.resolve()
  const write = async (): Promise<void> => {
    etag = await writeOwn(storage, lockKey, textUntil(now() + lifetime), { ifMatch: etag })
  }
  const renewOnce = async (): Promise<void> => {
    try {
      await write()
    } catch (error) {
      if (!isConflict(error)) throw error
      const held = await readLock(storage)
      if (held?.lock.token !== token) throw lostError(options.run, error)
      // A renewal has taken effect of which nobody could tell, since the store failed then.
      etag = held.etag
      await write()
    }
  }
  // One at a time: two renewals that cross would each take the other for a thief.
  const renew = (): Promise<void> => {
    renewal = renewal.then(renewOnce, renewOnce)
    return renewal
  }
  const timer = setInterval(() => {
    renew().catch((error: unknown) => {
      if (isConflict(error)) clearInterval(timer)
    })
  }, lifetime / 3)
  timer.unref()

  return {
    run: options.run,
    renew,
    async release() {
      clearInterval(timer)
      await renewal.catch(() => undefined)
      // Marked as expired, not deleted: a deletion has no condition and could hit the lease of another run.
      await storage.write(lockKey, textUntil(0), { ifMatch: etag }).catch(() => undefined)
    },
  }
}

async function take(
  storage: Storage,
  text: string,
  isHeld: (lock: Lock) => boolean,
): Promise<string> {
  const found = await readLock(storage)
  if (found && isHeld(found.lock)) throw heldError(found.lock)
  try {
    const condition = found ? { ifMatch: found.etag } : { ifAbsent: true as const }
    return await writeOwn(storage, lockKey, text, condition)
  } catch (error) {
    if (!isConflict(error)) throw error
    throw heldError(undefined, error)
  }
}

async function readLock(storage: Storage): Promise<{ lock: Lock; etag: string } | undefined> {
  const found = await storage.readText(lockKey)
  return found && { lock: parseObject(lockKey, found.text, lockSchema), etag: found.etag }
}

export const isConflict = (error: unknown): boolean =>
  error instanceof ThroughlineError && error.code === 'conflict'

const heldError = (lock: Lock | undefined, cause?: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'lock',
    at: lockKey,
    expected: 'no other run on this warehouse',
    found: lock
      ? `run ${lock.run}, which holds the lease until ${lock.expires_at}`
      : 'a run that began at the same moment',
    remedy: 'Let it end, then run again; the lease of a run that died expires by itself.',
    retryable: true,
    cause,
  })

const lostError = (run: string, cause: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'conflict',
    at: lockKey,
    expected: `the lease of run ${run}`,
    found: 'the lease of another run, which took over when this one was overdue',
    remedy: 'Nothing was published by this run; run again once the other has ended.',
    cause,
  })
