import { open } from 'node:fs/promises'
import { ThroughlineError } from '../errors.js'
import type { WriteBody } from './storage.js'

/** A body of known length whose stretches can be read again for a retry. */
export interface BodySource {
  bytes: number
  read(from: number, to: number): Promise<Uint8Array>
  close(): Promise<void>
}

export async function openBodySource(body: WriteBody): Promise<BodySource> {
  if (typeof body === 'object' && 'file' in body) return openFile(body.file)
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    bytes: bytes.length,
    read: async (from, to) => bytes.subarray(from, to),
    close: async () => {},
  }
}

async function openFile(file: string): Promise<BodySource> {
  const handle = await open(file, 'r')
  const { size } = await handle.stat()
  return {
    bytes: size,
    close: () => handle.close(),
    async read(from, to) {
      const buffer = Buffer.allocUnsafe(to - from)
      for (let filled = 0; filled < buffer.length; ) {
        const { bytesRead } = await handle.read(
          buffer,
          filled,
          buffer.length - filled,
          from + filled,
        )
        if (bytesRead === 0) throw shrunkError(file)
        filled += bytesRead
      }
      return buffer
    },
  }
}

const shrunkError = (file: string): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: file,
    expected: 'a file that stays as it is while it is sent',
    found: 'one that became shorter',
    remedy: 'Let nothing else write there, then run again.',
  })
