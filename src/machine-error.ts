import { engineMessage } from './engine-message.js'
import { ThroughlineError } from './errors.js'
import { machineFault } from './sql-error.js'

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

/** An error of this machine, of its files or as an engine tells it, as one of ours; undefined for any other. */
export function machineError(error: unknown): ThroughlineError | undefined {
  if (error instanceof ThroughlineError) return undefined
  const { code = '', path } = Object(error) as NodeJS.ErrnoException
  const remedy = remedies[code]
  const fault =
    remedy === undefined
      ? machineFault(error)
      : { expected: 'files that can be written and read', remedy }
  if (fault === undefined) return undefined
  return new ThroughlineError({
    code: 'machine',
    at: path ?? 'this machine',
    ...fault,
    found: engineMessage(error),
    retryable: true,
    cause: error,
  })
}
