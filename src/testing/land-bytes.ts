import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Landed, LandedRows, LandingOptions } from '../collect/landing/land-object.js'
import { landObject } from '../collect/landing/land-object.js'

export type Cut = number | readonly number[]

/** What became of the bytes of one object, and the text of the file that was left, if any. */
export interface LandedText {
  landed: Landed
  text: string | undefined
}

/** Lands bytes that arrive in chunks of the given size or sizes (repeated), in a folder of its own. */
export async function landBytes(
  content: string | Uint8Array,
  options: Partial<LandingOptions> = {},
  cut: Cut = 64 * 1024,
): Promise<LandedText> {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-landing-'))
  try {
    const target = path.join(folder, 'object')
    const body = Readable.from(cutInto(Buffer.from(content), cut))
    const settings = { key: 'export', format: 'auto', compression: 'auto', ...options } as const
    const landed = await landObject(body, target, settings)
    const files = ['csv', 'ndjson', 'parquet'].map((ending) => `${target}.${ending}`)
    const file = files.find((name) => existsSync(name))
    const text = file && readFileSync(file, 'utf8')
    return { landed: 'path' in landed ? { ...landed, path: '' } : landed, text }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The rows of a landing that must have succeeded. */
export function rowsOf({ landed, text }: LandedText): LandedRows & { text: string } {
  if (landed.kind !== 'rows') throw new Error(`expected rows, found ${JSON.stringify(landed)}`)
  return { ...landed, text: text ?? '' }
}

function* cutInto(bytes: Buffer, cut: Cut): Generator<Buffer> {
  const sizes = typeof cut === 'number' ? [cut] : cut
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + sizes[turn % sizes.length]!
    yield bytes.subarray(at, end)
    at = end
  }
}
