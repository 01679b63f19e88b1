/** What the first bytes of a file say that it is, whatever its name says. */
export type Content = 'gz' | 'zst' | 'parquet' | 'other'

/** Stands for a byte that may have any value. */
const any = -1

const starts = (head: Buffer, bytes: readonly number[]): boolean =>
  bytes.every((byte, at) => byte === any || head[at] === byte)

/** Recognises compressed and Parquet content (RFC 1952, RFC 8878 with skippable frames, PAR1). */
export function contentOf(head: Buffer): Content {
  if (starts(head, [0x1f, 0x8b])) return 'gz'
  if (starts(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zst'
  if (
    head.length >= 4 &&
    (head[0]! & 0xf0) === 0x50 &&
    starts(head.subarray(1), [0x2a, 0x4d, 0x18])
  )
    return 'zst'
  if (starts(head, [0x50, 0x41, 0x52, 0x31])) return 'parquet'
  return 'other'
}

const binaryKinds: readonly { name: string; bytes: readonly number[]; remedy: string }[] = [
  {
    name: 'a zip archive or an Excel workbook',
    bytes: [0x50, 0x4b, 0x03, 0x04],
    remedy: 'Unpack the archive, or save the workbook as CSV UTF-8.',
  },
  {
    name: 'an old Excel workbook',
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    remedy: 'Save the workbook as CSV UTF-8.',
  },
  {
    name: 'bzip2',
    bytes: [0x42, 0x5a, 0x68, any, 0x31, 0x41, 0x59],
    remedy: 'Compress with gzip or zstd instead.',
  },
  {
    name: 'xz',
    bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
    remedy: 'Compress with gzip or zstd instead.',
  },
  { name: 'Avro', bytes: [0x4f, 0x62, 0x6a, 0x01], remedy: 'Export as Parquet or NDJSON instead.' },
  {
    name: 'a PDF',
    bytes: [0x25, 0x50, 0x44, 0x46, 0x2d],
    remedy: 'Export the data as CSV instead.',
  },
]

/** Names a binary format that cannot be read as text, with what to do about it. */
export function binaryKindOf(head: Buffer): { name: string; remedy: string } | undefined {
  const content = contentOf(head)
  if (content === 'gz' || content === 'zst')
    return { name: `${content} data`, remedy: 'Set compression to auto.' }
  if (content === 'parquet') return { name: 'Parquet', remedy: 'Set format to parquet or auto.' }
  return binaryKinds.find((kind) => starts(head, kind.bytes))
}
