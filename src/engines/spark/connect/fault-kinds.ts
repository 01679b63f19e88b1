import type { Fault } from './fault.js'

/** Of one of these conditions of Spark. */
export const ofClass =
  (...names: string[]) =>
  ({ errorClass = '', message }: Fault): boolean =>
    names.some((name) => errorClass.split('.').includes(name) || message.includes(`.${name}]`))

/** Of gRPC itself, without a word of Spark. */
export const ofStatus =
  (...names: string[]) =>
  ({ status, errorClass }: Fault): boolean =>
    errorClass === undefined && names.includes(status)

/** Java's errors about files and machines name paths and never rows. */
export const isOfMachine = ({ class: name }: JavaError): boolean =>
  /^(java\.(io|nio|net)\.|java\.lang\.(OutOfMemory|ClassNotFound)|org\.apache\.(hadoop|spark\.memory)\.|software\.amazon\.)/.test(
    name,
  )

type JavaError = Fault['causes'][number]

/** The error that was thrown, and those behind it. */
export const chainOf = ({ classes, message, causes }: Fault): JavaError[] => [
  { class: classes[0] ?? '', message },
  ...causes,
]

/** Spark's name of a condition, its own or the one of a task that the error of a job only quotes, and its SQLSTATE. */
export function conditionOf(fault: Fault): { name: string; state: string | undefined } | undefined {
  const { errorClass, sqlState, message } = fault
  if (errorClass !== undefined) return { name: errorClass, state: sqlState }
  const name = /\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]/.exec(message)?.[1]
  return name === undefined
    ? undefined
    : { name, state: /SQLSTATE: ([0-9A-Z]{5})/.exec(message)?.[1] }
}

/** SQLSTATE classes of resources and systems; what conditions of others say may quote rows and SQL. */
const aboutMachines = /^5[38]/

/** Where Java's errors, the one that was thrown or one behind it, say so in words that cannot be those of a row. */
export const saying =
  (words: RegExp) =>
  (fault: Fault): boolean => {
    const condition = conditionOf(fault)
    const mayQuote = condition !== undefined && !aboutMachines.test(condition.state ?? '')
    return chainOf(fault)
      .filter((error) => !mayQuote || isOfMachine(error))
      .some((error) => words.test(`${error.class}: ${error.message}`))
  }

/** Refused by the other end's certificate or by plain text where TLS was expected: not a matter of waiting. */
export const isAboutTls = (message: string): boolean =>
  /certificate|self.signed|SSL routines|wrong version number|altnames/i.test(message)
