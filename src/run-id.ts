import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** An id of a run that sorts by its start: 10 digits of time in base 32, 10 of chance (after the ULID format). */
export function newRunId(now: Date): string {
  let time = now.getTime()
  let text = ''
  for (let digit = 0; digit < 10; digit++) {
    text = alphabet[time % 32]! + text
    time = Math.floor(time / 32)
  }
  return text + [...randomBytes(10)].map((byte) => alphabet[byte % 32]).join('')
}
