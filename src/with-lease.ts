import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Config } from './config.js'
import { makeWorkFolder } from './prepare.js'
import { acquireLease, type Lease } from './publish/lease.js'
import { createRunId } from './publish/run-id.js'
import { noteHolder } from './state/holders.js'
import { stateFolderOf } from './state/state-folder.js'
import type { Storage } from './storage/storage.js'

/** What whoever writes to a warehouse holds while it works. */
export interface Held {
  lease: Lease
  workFolder: string
  /** Gives all of it back; for a signal that ends the process. */
  cleanUp: () => Promise<void>
}

/** Seconds for which a lease holds without renewal; a killed run blocks the next one no longer than this. */
const leaseSeconds = 60

/** Works with the warehouse's lease and a folder for work files, and gives both back; throws `lock` while another run holds it. */
export async function withLease<T>(
  config: Config,
  warehouse: Storage,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const workFolder = await makeWorkFolder(config)
  // Tried again, since after a signal objects may still be landing in it.
  const removeWork = () => rm(workFolder, { recursive: true, force: true, maxRetries: 5 })
  const lease = await takeLease(config, warehouse).catch(async (error: unknown) => {
    await removeWork()
    throw error
  })
  const cleanUp = async () => {
    await lease.release()
    await removeWork()
  }
  try {
    return await work({ lease, workFolder, cleanUp })
  } finally {
    await cleanUp()
  }
}

/** A holder of before that is known to be dead is not waited for. */
async function takeLease(config: Config, warehouse: Storage): Promise<Lease> {
  const options = { run: createRunId(), seconds: leaseSeconds }
  const folder = stateFolderOf(config)
  if (folder === undefined) return acquireLease(warehouse, options)
  const token = randomUUID()
  const { dead, settle } = await noteHolder(folder, token)
  try {
    const lease = await acquireLease(warehouse, { ...options, token, dead })
    await settle(true)
    return lease
  } catch (error) {
    await settle(false)
    throw error
  }
}
