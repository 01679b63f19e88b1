import { ThroughlineError } from './errors.js'

const room = 'Free space there, or name other folders as run.work_folder and run.state_folder.'
const rights = 'Give this user the right to write there.'

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: room,
  EDQUOT: room,
  EROFS: rights,
  EACCES: rights,
  EPERM: rights,
  EIO: 'Look at the disk, then run again.',
  EMFILE: 'Raise the limit of open files (ulimit -n).',
}

/** An error of a file of this machine as one of ours; undefined for any other. */
export function machineError(error: unknown): ThroughlineError | undefined {
  const { code = '', path, message } = Object(error) as NodeJS.ErrnoException
  const remedy = remedies[code]
  if (remedy === undefined) return undefined
  return new ThroughlineError({
    code: 'machine',
    at: path ?? 'the disk of run.work_folder or run.state_folder',
    expected: 'files that can be written and read',
    found: message,
    remedy,
    retryable: true,
    cause: error,
  })
}
