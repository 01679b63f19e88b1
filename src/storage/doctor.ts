import { randomUUID } from 'node:crypto'
import { ThroughlineError } from '../errors.js'
import { type Finding, finding } from '../finding.js'
import { absentFolder } from './absent-folder.js'
import type { Storage, WriteCondition } from './storage.js'

interface Probe {
  check: string
  /** What all later probes need too: where it fails they are not tried, as they would say the same. */
  isNeeded?: true
  run: (storage: Storage, key: string) => Promise<string>
}

const listing: Probe = {
  check: 'list',
  isNeeded: true,
  async run(storage) {
    for await (const object of storage.list('')) return `first key ${JSON.stringify(object.key)}`
    return 'no object here yet'
  },
}

/** A warehouse may be made by the first run, exports have to be there. */
const listingExports: Probe = {
  ...listing,
  async run(storage, key) {
    const absent = absentFolder(storage)
    if (absent) throw absent
    return listing.run(storage, key)
  },
}

const reading: Probe = {
  check: 'read',
  async run(storage) {
    for await (const object of storage.list('')) {
      const stream = await storage.read(object.key, object.etag)
      stream.destroy()
      return `opened ${JSON.stringify(object.key)}`
    }
    return 'no object to try it on'
  },
}

const writing: Probe = {
  check: 'write and read back',
  isNeeded: true,
  async run(storage, key) {
    const body = randomUUID()
    const etag = await storage.write(key, body)
    const found = await storage.readText(key)
    if (found?.text !== body || found.etag !== etag)
      throw unlike('the text just written', 'another')
    return 'the text came back with its etag'
  },
}

const creating: Probe = {
  check: 'conditional create',
  async run(storage, key) {
    await storage.delete([key])
    await storage.write(key, 'first', { ifAbsent: true })
    await requireRefusal(storage, key, { ifAbsent: true })
    return 'the second create was refused'
  },
}

const swapping: Probe = {
  check: 'conditional swap',
  async run(storage, key) {
    const before = await storage.write(key, 'first')
    await storage.write(key, 'second', { ifMatch: before })
    await requireRefusal(storage, key, { ifMatch: before })
    return 'a swap from an old version was refused'
  },
}

const copying: Probe = {
  check: 'copy',
  async run(storage, key) {
    await storage.write(key, 'text')
    await storage.copy(key, `${key}-copy`)
    const found = await storage.readText(`${key}-copy`)
    await storage.delete([`${key}-copy`])
    if (found?.text !== 'text') throw unlike('the text of the source', 'another')
    return 'the copy has the text of its source'
  },
}

const deleting: Probe = {
  check: 'delete',
  async run(storage, key) {
    await storage.write(key, 'text')
    await storage.delete([key])
    if ((await storage.readText(key)) !== undefined) throw unlike('no object', 'the deleted one')
    return 'the object is gone'
  },
}

/** Probes a storage that is only read, an exports bucket for instance; writes nothing. */
export const examineSource = (storage: Storage): Promise<Finding[]> =>
  findings(storage, [listingExports, reading], '')

/** Probes a storage that is written, by what it does and not by what it says; leaves nothing behind. */
export async function examineWarehouse(storage: Storage): Promise<Finding[]> {
  const key = `_doctor/${randomUUID()}`
  const probes = [listing, writing, creating, swapping, copying, deleting]
  const found = await findings(storage, probes, key)
  await storage.delete([key, `${key}-copy`]).catch(() => undefined)
  return found
}

async function findings(storage: Storage, probes: Probe[], key: string): Promise<Finding[]> {
  const found: Finding[] = []
  for (const { check, isNeeded, run } of probes) {
    const one = await finding(check, () => run(storage, key))
    found.push(one)
    if (isNeeded && !one.ok) break
  }
  return found
}

async function requireRefusal(
  storage: Storage,
  key: string,
  condition: WriteCondition,
): Promise<void> {
  try {
    await storage.write(key, 'must not be written', condition)
  } catch (error) {
    if (error instanceof ThroughlineError && error.code === 'conflict') return
    throw error
  }
  throw new ThroughlineError({
    code: 'source',
    at: storage.url,
    expected: 'a conditional write to be refused',
    found: 'a store that ignores the condition',
    remedy:
      'Use a newer version of the store, or make sure that only one run writes here at a time.',
  })
}

const unlike = (expected: string, found: string): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: 'probe object',
    expected,
    found,
    remedy: 'Use a store that shows a write to the next read.',
  })
