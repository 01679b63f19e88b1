import { isUtf8 } from 'node:buffer'
import type { BadRowReason } from './findings.js'

export const lineFeed = 10
export const carriageReturn = 13

/** Says why a stretch of text cannot be kept: bytes that are not UTF-8 (RFC 3629), or a NUL byte. */
export function textFault(bytes: Buffer): BadRowReason | undefined {
  if (!isUtf8(bytes)) return 'invalid_utf8'
  return bytes.indexOf(0) === -1 ? undefined : 'nul_byte'
}

/** Counts the line feeds of a block. */
export function countLines(block: Buffer): number {
  let lines = 0
  for (let at = block.indexOf(lineFeed); at !== -1; at = block.indexOf(lineFeed, at + 1)) lines += 1
  return lines
}
