import { createReadStream } from 'node:fs'
import { open, stat, writeFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { WrittenFile } from '../engine.js'
import {
  fieldsOf,
  listOf,
  type Rewrite,
  rewritten,
  structListHead,
  type ThriftField,
  wholeNumber,
  zigzagVarint,
} from './thrift-fields.js'

const magic = Buffer.from('PAR1')

/** Ids of fields in the footer (parquet.thrift, FileMetaData). */
const schemaId = 2
const rowsId = 3
const rowGroupsId = 4

interface Footer {
  file: string
  bytes: Buffer
  fields: ThriftField[]
  /** Where row groups end and the footer begins. */
  start: number
}

/**
 * Joins Parquet files of one schema end to end, in their order, into one. Row groups are copied as they are, neither
 * decoded nor compressed again; only their places in the footer change.
 */
export async function joinParquet(files: readonly string[], target: string): Promise<WrittenFile> {
  const footers: Footer[] = []
  for (const file of files) footers.push(await readFooter(file))
  requireSameSchema(footers)
  const footer = joinedFooter(footers)
  await writeFile(target, magic)
  for (const { file, start } of footers) await append(target, rowGroupsOf(file, start))
  await append(target, Buffer.concat([footer.bytes, lengthOf(footer.bytes), magic]))
  return { path: target, rows: footer.rows, bytes: (await stat(target)).size }
}

const append = (file: string, content: Readable | Buffer): Promise<void> =>
  writeFile(file, content, { flag: 'a' })

/** All between the magic that a Parquet file begins with and its footer. */
const rowGroupsOf = (file: string, end: number): Readable | Buffer =>
  end === magic.length
    ? Buffer.alloc(0)
    : createReadStream(file, { start: magic.length, end: end - 1 })

async function readFooter(file: string): Promise<Footer> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const tail = await handle.read(Buffer.alloc(8), 0, 8, size - 8)
    const length = tail.buffer.readUInt32LE(0)
    const start = size - 8 - length
    const { buffer: bytes } = await handle.read(Buffer.alloc(length), 0, length, start)
    return { file, bytes, fields: fieldsOf(bytes, 0).fields, start }
  } finally {
    await handle.close()
  }
}

function lengthOf(footer: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return length
}

function requireSameSchema(footers: readonly Footer[]): void {
  const [schema, ...others] = footers.map((footer) => bytesOf(footer, schemaId))
  if (others.some((other) => !other.equals(schema!)))
    throw new Error(
      `expected Parquet files of one schema, found others in ${footers.map(({ file }) => file).join(', ')}`,
    )
}

const fieldOf = ({ fields }: Footer, id: number): ThriftField =>
  fields.find((field) => field.id === id)!

function bytesOf(footer: Footer, id: number): Buffer {
  const { value, end } = fieldOf(footer, id)
  return footer.bytes.subarray(value, end)
}

/** The first file's footer, with all files' rows and row groups. */
function joinedFooter(footers: readonly Footer[]): { bytes: Buffer; rows: number } {
  const first = footers[0]!
  const rows = footers
    .map((footer) => wholeNumber(footer.bytes, fieldOf(footer, rowsId).value))
    .reduce((a, b) => a + b)
  const groups = movedRowGroups(footers)
  const parts = first.fields.flatMap(({ id, head, value, end }) => {
    const start = first.bytes.subarray(head, value)
    if (id === rowsId) return [start, zigzagVarint(rows)]
    if (id === rowGroupsId) return [start, structListHead(groups.length), ...groups]
    return [first.bytes.subarray(head, end)]
  })
  return { bytes: Buffer.concat([...parts, Buffer.from([0])]), rows: Number(rows) }
}

function movedRowGroups(footers: readonly Footer[]): Buffer[] {
  const groups: Buffer[] = []
  let end = magic.length
  for (const footer of footers) {
    const shift = end - magic.length
    const { elements } = listOf(footer.bytes, fieldOf(footer, rowGroupsId).value)
    const moved = moveBy(BigInt(shift), BigInt(groups.length))
    groups.push(
      ...elements.map(({ start }) => Buffer.concat(rewritten(footer.bytes, start, moved))),
    )
    end = footer.start + shift
  }
  return groups
}

/** Places in the file, and the numbers of row groups, by their ids in parquet.thrift. */
function moveBy(bytes: bigint, groups: bigint): Rewrite {
  // 0 says that there is no such place.
  const place = (at: bigint): bigint => (at === 0n ? 0n : at + bytes)
  const metaData: Rewrite = { 9: place, 10: place, 11: place, 14: place }
  const columnChunk: Rewrite = { 2: place, 3: metaData, 4: place, 6: place }
  return { 1: columnChunk, 5: place, 7: (ordinal) => ordinal + groups }
}
