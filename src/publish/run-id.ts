import { randomBytes } from 'node:crypto'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

let last = 0

/** Now, and later than ever before: the clock may have been set back meanwhile. */
const nextMoment = (): number => {
  last = Math.max(Date.now(), last + 1)
  return last
}

/**
 * A new run id (a ULID, 10 digits of time and 16 of chance in base 32): unique, and later runs sort after earlier ones;
 * `time` in epoch milliseconds.
 */
export function createRunId(time: number = nextMoment()): string {
  let id = ''
  for (let rest = time; id.length < 10; rest = Math.floor(rest / 32)) id = digits[rest % 32] + id
  for (const byte of randomBytes(16)) id += digits[byte % 32]
  return id
}
