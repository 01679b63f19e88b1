import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ThroughlineError } from '../errors.js'

// File times move in ticks of the kernel, at most 10 ms apart: before a file is this old, a second
// write of the same size could leave its times as they are.
const settledMs = 20

export interface FileVersion {
  etag: string
  bytes: number
  modifiedAt: Date
}

/** The version of a file once no later write can share its etag; undefined when there is no such file. */
export async function versionOf(file: string): Promise<FileVersion | undefined> {
  for (;;) {
    const found = await statOf(file)
    if (found === undefined) return undefined
    const age = Date.now() - Number(found.ctimeMs)
    if (age >= settledMs || age < 0) {
      return { etag: etagOf(found), bytes: Number(found.size), modifiedAt: found.mtime }
    }
    await sleep(settledMs - age)
  }
}

/** Size, both times and inode: a rewrite changes one of them, in place or by replacement. */
export const etagOf = (found: BigIntStats): string =>
  [found.size, found.mtimeNs, found.ctimeNs, found.ino].map((n) => n.toString(36)).join('-')

async function statOf(file: string): Promise<BigIntStats | undefined> {
  try {
    const found = await stat(file, { bigint: true })
    return found.isFile() ? found : undefined
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw fileError(error, file)
  }
}

export const errorCodeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

export const isAbsence = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error))

const noRight = 'Give this user the right to the file and its folder.'
const bothKinds =
  'A folder cannot hold both a file and a folder of one name: rename one, choose another folder, or use a bucket.'

const remedies: Record<string, string> = {
  EACCES: noRight,
  EPERM: noRight,
  EROFS: 'Choose a folder that can be written.',
  ENOENT: 'Choose a folder that can be made.',
  ENOSPC: 'Free space on the disk, then run again.',
  ENAMETOOLONG: 'Use shorter keys, or a bucket instead of a folder.',
  ENOTDIR: bothKinds,
  EISDIR: bothKinds,
  EEXIST: bothKinds,
}

/** The error of a file operation in our own terms; errors that already are pass through. */
export function fileError(error: unknown, file: string): ThroughlineError {
  if (error instanceof ThroughlineError) return error
  const code = errorCodeOf(error)
  return new ThroughlineError({
    code: 'source',
    at: file,
    expected: 'a file that can be read and written',
    found: code || String(error),
    remedy: remedies[code] ?? 'Check the folder and the disk.',
    cause: error,
  })
}
