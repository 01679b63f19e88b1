import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { absentError, changedError, conflictError } from '../../storage/object-errors.js'
import type { Storage, StoredObject, WriteBody, WriteCondition } from '../../storage/storage.js'

export interface MemoryOptions {
  /** Epoch milliseconds. */
  now?: () => number
  /** Is called before and after each change; what it throws, the caller of the storage gets. */
  onChange?: (moment: 'before' | 'after', verb: string, key: string) => void | Promise<void>
}

interface Entry {
  bytes: Buffer
  modifiedAt: Date
}

/** A storage in memory; as in S3, the etag is a digest of the bytes, so that equal bytes have one etag. */
export function memoryStorage(options: MemoryOptions = {}): Storage {
  const entries = new Map<string, Entry>()
  const now = options.now ?? Date.now
  const change = async <T>(verb: string, key: string, act: () => T): Promise<T> => {
    await options.onChange?.('before', verb, key)
    const result = act()
    await options.onChange?.('after', verb, key)
    return result
  }
  const put = (key: string, bytes: Buffer): string => {
    entries.set(key, { bytes, modifiedAt: new Date(now()) })
    return etagOf(bytes)
  }
  return {
    url: 'memory:',
    async *list(prefix) {
      for (const key of [...entries.keys()].sort()) {
        const entry = entries.get(key)
        if (entry && key.startsWith(prefix)) yield storedObject(key, entry)
      }
    },
    async read(key, etag) {
      const entry = entries.get(key)
      if (!entry) throw absentError(key)
      if (etag !== undefined && etag !== etagOf(entry.bytes)) throw changedError(key)
      return Readable.from([entry.bytes])
    },
    async readText(key) {
      const entry = entries.get(key)
      return entry && { text: entry.bytes.toString('utf8'), etag: etagOf(entry.bytes) }
    },
    async write(key, body, condition) {
      const bytes = await bytesOf(body)
      return change('write', key, () => {
        require(key, entries.get(key), condition)
        return put(key, bytes)
      })
    },
    async copy(from, to) {
      await change('copy', to, () => {
        const entry = entries.get(from)
        if (!entry) throw absentError(from)
        put(to, entry.bytes)
      })
    },
    async delete(keys) {
      for (const key of keys) await change('delete', key, () => entries.delete(key))
    },
  }
}

const etagOf = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex')

const storedObject = (key: string, { bytes, modifiedAt }: Entry): StoredObject => ({
  key,
  etag: etagOf(bytes),
  bytes: bytes.length,
  modifiedAt,
})

function require(key: string, entry: Entry | undefined, condition?: WriteCondition): void {
  if (condition === undefined) return
  const isMet =
    'ifAbsent' in condition ? !entry : entry && etagOf(entry.bytes) === condition.ifMatch
  if (!isMet) throw conflictError(key, 'the condition to hold')
}

async function bytesOf(body: WriteBody): Promise<Buffer> {
  if (typeof body === 'string') return Buffer.from(body)
  return 'file' in body ? await readFile(body.file) : Buffer.from(body)
}
