import { engineMessage, ownMessage } from './engine-message.js'
import { type ErrorFields, ThroughlineError } from './errors.js'

interface MachineFault {
  expected: string
  remedy: string
}

/** Errors that tell of this machine and not of the SQL, with what helps. */
const ofMachine: readonly (MachineFault & { is: RegExp })[] = [
  {
    is: /^(IO|Out of Memory|FATAL|TransactionContext) Error: .*(No space left|disk (is )?full|max_temp_directory_size)/is,
    expected: 'room on the disk of run.work_folder',
    remedy: 'Free space there, or name a folder of a larger disk as run.work_folder.',
  },
  {
    is: /^Out of Memory Error/i,
    expected: 'memory within engine.memory_megabytes',
    remedy:
      'Raise engine.memory_megabytes if the machine has more, else lower engine.parallel_models or engine.threads.',
  },
  {
    is: /^(IO|Permission) Error/i,
    expected: 'files in run.work_folder that can be written and read',
    remedy: 'Look at the disk and the rights of run.work_folder, then run again.',
  },
]

/** What an engine's error tells of this machine; undefined where it tells of something else. */
export const machineFault = (error: unknown): MachineFault | undefined =>
  ofMachine.find(({ is }) => is.test(ownMessage(error)))

/** An engine's refusal of a model: a fault of the machine, or of the SQL, whose file is named. */
export function sqlError(
  { file, table }: { file: string; table: string },
  cause: unknown,
): ThroughlineError {
  // An engine that knows what is wrong has said it already, without values of rows.
  if (cause instanceof ThroughlineError) {
    const { code, expected, found, remedy, retryable } = cause
    const place = `${file} (table ${table}), ${cause.at}`
    return new ThroughlineError({ code, at: place, expected, found, remedy, retryable, cause })
  }
  const found = engineMessage(cause)
  const machine = machineFault(cause)
  const fields: Pick<ErrorFields, 'code' | 'expected' | 'remedy' | 'retryable'> = machine
    ? { code: 'machine', expected: machine.expected, remedy: machine.remedy, retryable: true }
    : { code: 'model', expected: 'SQL that the engine runs', remedy: 'Correct the model.' }
  return new ThroughlineError({ ...fields, at: `${file} (table ${table})`, found, cause })
}
