import { createHash } from 'node:crypto'

/** Of Throughline's own: no other program derives the same ids. */
const namespace = Buffer.from('6f1d4c1e92b34a5f8d0e7a36b1c25e94', 'hex')

/** The UUID (version 5) of a statement of a run: sent again in the same session it is known to the server, and does nothing twice. */
export function operationIdOf(run: string, statement: string): string {
  // The length keeps apart what only joined would be equal.
  const name = `${run.length}:${run}${statement}`
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
