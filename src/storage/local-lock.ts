import { createHash, randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ThroughlineError } from '../errors.js'
import { makeFolder } from './local-folder.js'

const waitMs = 30_000
// A lock is held for one rename; an owner on another host is given up after this long.
const foreignLockMs = 60_000

/** Runs `work` while no other process changes `key`: an exclusively created file is the lock. */
export async function withKeyLock<T>(
  folder: string,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  await makeFolder(folder)
  const file = path.join(folder, createHash('sha256').update(key).digest('hex').slice(0, 32))
  await acquire(file, key)
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function acquire(file: string, key: string): Promise<void> {
  const owner = `${hostname()} ${process.pid} ${randomUUID()}`
  const deadline = Date.now() + waitMs
  while (!(await created(file, owner))) {
    await removeAbandoned(file)
    if (Date.now() > deadline) throw heldTooLong(key)
    await sleep(2 + Math.random() * 10)
  }
}

async function created(file: string, owner: string): Promise<boolean> {
  // Linked, not written in place: killed between the two, a writer would leave a lock without an owner.
  const named = `${file}.${randomUUID()}`
  await writeFile(named, owner)
  try {
    await link(named, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(named, { force: true })
  }
}

async function removeAbandoned(file: string): Promise<void> {
  const owner = await readFile(file, 'utf8').catch(() => undefined)
  if (owner === undefined || (await isAlive(owner, file))) return
  // Renamed before it is removed, so that of several that see the dead owner only one takes it away.
  const aside = `${file}.${randomUUID()}`
  await rename(file, aside).catch(() => undefined)
  const taken = await readFile(aside, 'utf8').catch(() => undefined)
  if (taken !== undefined && taken !== owner) await rename(aside, file)
  await rm(aside, { force: true })
}

async function isAlive(owner: string, file: string): Promise<boolean> {
  const [host, pid] = owner.split(' ')
  if (host !== hostname() || pid === undefined) {
    const seen = await stat(file).catch(() => undefined)
    return seen !== undefined && Date.now() - seen.mtimeMs < foreignLockMs
  }
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const heldTooLong = (key: string): ThroughlineError =>
  new ThroughlineError({
    code: 'conflict',
    at: key,
    expected: `the key free to change within ${waitMs / 1000} s`,
    found: 'another process still changing it',
    remedy: 'Wait for the other run to end, then run again.',
    retryable: true,
  })
