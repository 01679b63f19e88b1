import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import { type Chunks, errorCode, type Findings, refuse, type Unreadable } from './findings.js'
import { contentOf } from './magic.js'
import { peek } from './peek.js'

const magicBytes = 4
// An exporter may gzip what its client then gzips again; more layers are a mistake.
const mostLayers = 3

/**
 * Unpacks gz and zst by their first bytes; a name or setting that says otherwise is not believed.
 * A cut or corrupt stream ends early and is refused in `findings`.
 */
export async function decompressed(chunks: Chunks, findings: Findings): Promise<Chunks> {
  let content = chunks
  for (let layer = 0; layer < mostLayers; layer += 1) {
    const { head, all } = await peek(content, magicBytes)
    const kind = contentOf(head)
    if (kind === 'gz') content = gunzipped(all, findings)
    else if (kind === 'zst') content = unzstd(all, findings)
    else return all
  }
  return content
}

async function* gunzipped(chunks: Chunks, findings: Findings): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 })
  // The error, if any, arrives through the iteration below.
  pipeline(Readable.from(chunks), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    const code = String(errorCode(error))
    if (!code.startsWith('Z_')) throw error
    refuse(findings, compressionFault('gzip', code === 'Z_BUF_ERROR'))
  }
}

// A few kilobytes of zst can hold many megabytes; small steps keep what waits for the reader small.
const zstdStep = 8 * 1024

async function* unzstd(chunks: Chunks, findings: Findings): AsyncGenerator<Buffer> {
  let blocks: Buffer[] = []
  const stream = new Decompress((block) =>
    blocks.push(Buffer.from(block.buffer, block.byteOffset, block.byteLength)),
  )
  const fed = (bytes: Uint8Array, last: boolean): boolean => feed(stream, bytes, last, findings)
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += zstdStep) {
      blocks = []
      if (!fed(chunk.subarray(at, at + zstdStep), false)) return
      yield* blocks
    }
  }
  blocks = []
  if (fed(new Uint8Array(0), true)) yield* blocks
}

const unexpectedEnd = 5

function feed(stream: Decompress, bytes: Uint8Array, last: boolean, findings: Findings): boolean {
  try {
    stream.push(bytes, last)
    return true
  } catch (error) {
    refuse(findings, compressionFault('zstd', errorCode(error) === unexpectedEnd))
    return false
  }
}

const compressionFault = (kind: 'gzip' | 'zstd', cut: boolean): Unreadable => ({
  reason: cut ? `truncated_${kind}` : `corrupt_${kind}`,
  expected: `a complete ${kind} stream`,
  found: cut ? 'its end is missing' : 'bytes that do not decompress',
  remedy: 'Export or upload the object again; nothing of it was kept.',
})
