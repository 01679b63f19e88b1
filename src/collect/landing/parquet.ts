import { type Chunks, type Findings, refuse } from './findings.js'

const magic = 'PAR1'

/** Passes a Parquet file on, checking that it opens and closes with the magic bytes. */
export async function* landParquet(chunks: Chunks, findings: Findings): AsyncGenerator<Buffer> {
  let first = Buffer.alloc(0)
  let last = Buffer.alloc(0)
  let size = 0
  for await (const chunk of chunks) {
    if (first.length < 4) first = Buffer.concat([first, chunk.subarray(0, 4)]).subarray(0, 4)
    last = Buffer.concat([last, chunk.subarray(-4)]).subarray(-4)
    size += chunk.length
    yield chunk
  }
  if (first.toString('latin1') !== magic) refuse(findings, notParquet(first))
  else if (last.toString('latin1') !== magic || size < 12) refuse(findings, cutParquet)
}

const notParquet = (first: Buffer) => ({
  reason: 'not_parquet' as const,
  expected: 'a Parquet file',
  found: first.toString('latin1') === 'PARE' ? 'an encrypted Parquet file' : 'no PAR1 at its start',
  remedy: 'Set the format that the object has, or export it again as plain Parquet.',
})

const cutParquet = {
  reason: 'truncated_parquet' as const,
  expected: 'PAR1 at the end of the Parquet file',
  found: 'a file that ends before it',
  remedy: 'Export or upload the object again; nothing of it was kept.',
}
