import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { SourceConfig } from '../config.js'
import type { AsExported } from '../engines/engine.js'
import { headerlessColumns } from './headerless.js'
import type { BatchOptions } from './land-batch.js'
import { detectFormat, headBytes, type TextFormat } from './landing/detect-format.js'
import { type LandedRows, type LandingOptions, landObject } from './landing/land-object.js'
import type { RawObject } from './raw-objects.js'

/** What the engine has to know of a text that it reads in place, or why it cannot. */
export type ExaminedText =
  | { landed: LandedRows; asExported: Omit<AsExported, 'maxRecordBytes'> }
  | { why: string }

/** Lands the first lines of an object, for what the engine has to know of the text. */
export async function examineText(
  lines: Buffer,
  object: RawObject,
  source: SourceConfig,
  { folder, projectFolder }: Pick<BatchOptions, 'folder' | 'projectFolder'>,
): Promise<ExaminedText> {
  const why = undecodable(lines)
  if (why) return { why }
  const format = formatOf(lines, object, source)
  if (format === 'json' || format === 'parquet')
    return { why: 'JSON that is not one record a line' }
  if (format !== 'ndjson' && namesDelimiter(lines))
    return { why: 'a first line that names the delimiter' }
  const columns = headerlessColumns(source, projectFolder)
  const landed = await landedLines(lines, path.join(folder, object.objectId), {
    key: object.key,
    format,
    ...(source.delimiter === undefined ? {} : { delimiter: source.delimiter }),
    ...(columns === undefined ? {} : { columns }),
  })
  if (landed === undefined) return { why: 'no records in its first bytes' }
  const hasHeader = format !== 'ndjson' && columns === undefined
  return { landed, asExported: { quoted: format === 'csv', hasHeader } }
}

function undecodable(lines: Buffer): string | undefined {
  if (lines.length === 0) return 'a first line of great length'
  return isUtf16(lines) ? 'encoding' : undefined
}

/** By its mark, or by the NULs among its first characters. */
const isUtf16 = (text: Buffer): boolean =>
  text.subarray(0, 4).includes(0) ||
  (text[0] === 0xff && text[1] === 0xfe) ||
  (text[0] === 0xfe && text[1] === 0xff)

const formatOf = (
  lines: Buffer,
  { key }: RawObject,
  { format = 'auto' }: SourceConfig,
): TextFormat | 'parquet' =>
  format === 'auto' ? detectFormat(key, lines.subarray(0, headBytes)) : format

/** As spreadsheets do. */
const namesDelimiter = (lines: Buffer): boolean =>
  /^[\r\n]*sep=/i.test(lines.toString('latin1', 0, 64))

/** What landing tells of the lines, whose file is not needed; undefined where it finds no records. */
async function landedLines(
  lines: Buffer,
  target: string,
  options: Omit<LandingOptions, 'compression'>,
): Promise<LandedRows | undefined> {
  const body = Readable.from([lines])
  const landed = await landObject(body, target, { ...options, compression: 'none' })
  if (landed.kind !== 'rows') return undefined
  await rm(landed.path)
  return landed
}
