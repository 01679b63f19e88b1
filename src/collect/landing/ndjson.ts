import { countLines, lineFeed, textFault } from './clean-text.js'
import { type Chunks, type Findings, rejectRow } from './findings.js'
import { unifyLineEnds } from './line-ends.js'

const placeholder = Buffer.from('{}\n')
/** No JSON, so that no reader takes it for a record. */
const gap = Buffer.from('-\n')

/**
 * Passes NDJSON on, one record a line, blank lines dropped and not counted. A line that is too long,
 * not UTF-8 or holds a NUL becomes `{}` and a bad row. Whether a line is JSON is not asked here.
 */
export async function* landNdjson(
  chunks: Chunks,
  findings: Findings,
  maxRecordBytes: number,
): AsyncGenerator<Buffer> {
  for await (const block of wholeLines(unifyLineEnds(chunks), maxRecordBytes)) {
    if (isSound(block, maxRecordBytes)) {
      findings.rows += countLines(block)
      yield block
    } else {
      yield checkedLines(block, findings, maxRecordBytes)
    }
  }
}

/**
 * Passes the lines of a log on, one an offset: an empty one is an offset without a record, which must keep its place.
 * What is wrong with a line is found as in other NDJSON.
 */
export async function* landLogLines(
  chunks: Chunks,
  findings: Findings,
  maxRecordBytes: number,
): AsyncGenerator<Buffer> {
  for await (const block of wholeLines(chunks, maxRecordBytes)) {
    if (isSound(block, maxRecordBytes) && !hasEmptyLine(block)) {
      findings.rows += countLines(block)
      yield block
    } else {
      yield checkedLines(block, findings, maxRecordBytes)
    }
  }
}

const isSound = (block: Buffer, maxRecordBytes: number): boolean =>
  block.length <= maxRecordBytes && textFault(block) === undefined

const hasEmptyLine = (block: Buffer): boolean =>
  block[0] === lineFeed || block.indexOf('\n\n', 0, 'latin1') !== -1

/**
 * Cuts the stream after line feeds. A line that outgrows the limit is handed on as its first bytes,
 * still longer than the limit, so that memory stays bounded and the reader can see the fault.
 */
async function* wholeLines(chunks: Chunks, maxRecordBytes: number): AsyncGenerator<Buffer> {
  let pending: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    const cut = chunk.lastIndexOf(lineFeed) + 1
    if (cut > 0) {
      const first = chunk.indexOf(lineFeed)
      const lines = chunk.subarray(size > maxRecordBytes ? first : 0, cut)
      yield pending.length === 0 ? lines : Buffer.concat([...pending, lines])
      pending = []
      size = 0
    }
    if (cut < chunk.length && size <= maxRecordBytes) {
      pending.push(chunk.subarray(cut))
      size += chunk.length - cut
    }
  }
  if (pending.length > 0) yield Buffer.concat([...pending, Buffer.from('\n')])
}

function checkedLines(block: Buffer, findings: Findings, maxRecordBytes: number): Buffer {
  const out: Buffer[] = []
  for (let start = 0; start < block.length; ) {
    const end = block.indexOf(lineFeed, start) + 1
    out.push(checkedLine(block.subarray(start, end), findings, maxRecordBytes))
    start = end
  }
  return Buffer.concat(out)
}

/** The line, or what stands in its place where it holds no record that could be read. */
function checkedLine(line: Buffer, findings: Findings, maxRecordBytes: number): Buffer {
  const fault = line.length - 1 > maxRecordBytes ? 'record_too_long' : textFault(line)
  if (fault !== undefined) {
    rejectRow(findings, fault)
    return placeholder
  }
  findings.rows += 1
  if (line.length > 1) return line
  findings.gaps.push(findings.rows)
  return gap
}
