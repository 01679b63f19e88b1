import { lineFeed } from './clean-text.js'
import { type Chunks, type Findings, refuse, type Unreadable } from './findings.js'
import {
  advanceValue,
  backslash,
  type Cursor,
  type OpenValue,
  openValue,
  quote,
} from './json-value.js'

/** What encloses the place where the scanner stands; `object` lies on the way to the records. */
type Enclosure = { kind: 'records' } | { kind: 'envelopes' } | { kind: 'object'; depth: number }

interface Scan {
  readonly path: readonly string[]
  readonly enclosures: Enclosure[]
  value?: OpenValue | undefined
  /** Bytes of the key being read, in an object on the way. */
  key?: number[] | undefined
  keyRead?: string | undefined
  /** Whether the envelope being read has the records path. */
  pathFound: boolean
  line: number
  fault?: Unreadable
}

/**
 * Turns JSON into NDJSON, one line a record, never holding more than a chunk. Records are the elements of
 * top-level arrays and the other top-level values; with `recordsPath` such as `$.data.items`, the elements
 * of the arrays found there in each top-level object. Elements that are arrays stay one record.
 */
export async function* jsonLines(
  chunks: Chunks,
  findings: Findings,
  recordsPath?: string,
): AsyncGenerator<Buffer> {
  const scan = createScan(recordsPath)
  for await (const chunk of chunks) {
    yield scanned(chunk, scan)
    if (scan.fault === undefined) continue
    refuse(findings, scan.fault)
    return
  }
  const openScalar = scan.value?.scalar === true && scan.enclosures.length === 0
  if (openScalar && scan.value?.keep) yield Buffer.from('\n')
  const closed = scan.enclosures.length === 0 && (openScalar || scan.value === undefined)
  if (!closed) refuse(findings, cutFault(scan))
}

const createScan = (recordsPath = '$'): Scan => ({
  path: recordsPath.split('.').slice(1),
  enclosures: [],
  pathFound: false,
  line: 1,
})

function scanned(chunk: Buffer, scan: Scan): Buffer {
  const input = Buffer.from(chunk)
  // Each byte read writes at most itself and one line feed.
  const output = Buffer.allocUnsafe(input.length * 2)
  const cursor: Cursor = { input, output, read: 0, written: 0, line: scan.line }
  while (cursor.read < input.length && !scan.fault) {
    if (scan.value) advanceOpen(cursor, scan, scan.value)
    else if (scan.key) advanceKey(cursor, scan, scan.key)
    else advanceStructure(cursor, scan)
  }
  scan.line = cursor.line
  return output.subarray(0, cursor.written)
}

function advanceOpen(cursor: Cursor, scan: Scan, value: OpenValue): void {
  if (!advanceValue(cursor, value)) return
  if (value.keep) cursor.output[cursor.written++] = lineFeed
  scan.value = undefined
}

function advanceKey(cursor: Cursor, scan: Scan, key: number[]): void {
  const byte = cursor.input[cursor.read++]!
  const backslashes = key.length - (key.findLastIndex((before) => before !== backslash) + 1)
  if (byte !== quote || backslashes % 2 === 1) {
    key.push(byte)
    return
  }
  scan.keyRead = Buffer.from(key).toString()
  scan.key = undefined
}

function advanceStructure(cursor: Cursor, scan: Scan): void {
  const byte = cursor.input[cursor.read]!
  const character = String.fromCharCode(byte)
  if (byte === lineFeed) cursor.line += 1
  if (' \t\r\n,:'.includes(character)) cursor.read += 1
  else if (character === ']' || character === '}') {
    cursor.read += 1
    close(cursor, scan, character)
  } else if (scan.enclosures.at(-1)?.kind === 'object' && scan.keyRead === undefined) {
    cursor.read += 1
    if (character === '"') scan.key = []
    else scan.fault = strayFault(cursor.line)
  } else if (entered(scan, character)) cursor.read += 1
  else if (isOutsideEnvelope(scan)) scan.fault = pathFault(scan.path, cursor.line)
  else scan.value = openValue(byte, isRecord(scan, character))
}

function close(cursor: Cursor, scan: Scan, character: string): void {
  const enclosure = scan.enclosures.pop()
  const fits = enclosure && (enclosure.kind === 'object') === (character === '}')
  if (!fits) scan.fault = strayFault(cursor.line)
  else if (enclosure.kind === 'object' && enclosure.depth === 0 && !scan.pathFound)
    scan.fault = pathFault(scan.path, cursor.line)
  scan.keyRead = undefined
}

/** Steps into the value that begins here when records may lie below it. */
function entered(scan: Scan, character: string): boolean {
  const enclosure = enclosureFor(scan, character)
  if (enclosure === undefined) return false
  if (enclosure.kind === 'object' && enclosure.depth === 0) scan.pathFound = false
  scan.enclosures.push(enclosure)
  scan.keyRead = undefined
  return true
}

function enclosureFor(scan: Scan, character: string): Enclosure | undefined {
  const around = scan.enclosures.at(-1)
  if (around?.kind === 'records') return undefined
  if (around?.kind === 'object') {
    if (scan.keyRead !== scan.path[around.depth]) return undefined
    if (around.depth + 1 < scan.path.length)
      return character === '{' ? { kind: 'object', depth: around.depth + 1 } : undefined
    scan.pathFound = true
    return character === '[' ? { kind: 'records' } : undefined
  }
  if (scan.path.length > 0 && character === '{') return { kind: 'object', depth: 0 }
  if (around !== undefined || character !== '[') return undefined
  return { kind: scan.path.length === 0 ? 'records' : 'envelopes' }
}

const isOutsideEnvelope = (scan: Scan): boolean =>
  scan.path.length > 0 && (scan.enclosures.at(-1)?.kind ?? 'envelopes') === 'envelopes'

/** Decides whether a value that is not stepped into is a record; a lone object at the path is one. */
function isRecord(scan: Scan, character: string): boolean {
  const around = scan.enclosures.at(-1)
  if (around?.kind !== 'object') return true
  const atPath = around.depth + 1 === scan.path.length && scan.keyRead === scan.path[around.depth]
  scan.keyRead = undefined
  return atPath && character === '{'
}

const strayFault = (line: number): Unreadable => ({
  reason: 'malformed_json',
  expected: 'JSON values',
  found: 'a bracket or character that belongs to none',
  line,
  remedy: 'Export the object again; if each line is one record, set format: ndjson.',
})

const cutFault = (scan: Scan): Unreadable => ({
  reason: 'truncated_json',
  expected: 'JSON that closes every bracket and quote',
  found: 'the end of the file inside a value',
  line: scan.line,
  remedy:
    'Export or upload the object again; if each line is one record, set format: ndjson. Nothing of it was kept.',
})

const pathFault = (path: readonly string[], line: number): Unreadable => ({
  reason: 'records_not_found',
  expected: `records at $.${path.join('.')}`,
  found: 'a value without that key',
  line,
  remedy: 'Correct records_path, or look whether the object is an error reply of the exporter.',
})
