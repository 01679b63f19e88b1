import { createHash } from 'node:crypto'

/** 20 hex digits of sha256, as ids everywhere. */
export const hashOf = (source: string, key: string): string =>
  createHash('sha256').update(`${source}\u001f${key}`).digest('hex').slice(0, 20)
