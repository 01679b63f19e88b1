import type { Fault } from './fault.js'

/** Conditions whose message quotes SQL, names and types only: SQLSTATE classes of syntax, of features and of the catalogue. */
const aboutSql = /^(42|0A|56|46)/

/** Java's errors about files and machines name paths and never rows. */
const aboutFiles =
  /^(java\.(io|nio|net)\.|org\.apache\.hadoop\.|software\.amazon\.|java\.lang\.OutOfMemory)/

/** What an error may say of a fault: the condition and the SQL that it is about, without values of rows. */
export function saidOf(fault: Fault): string {
  const { errorClass, sqlState = '', contexts, message } = fault
  if (errorClass === undefined) return behind(fault) ?? conditionIn(message) ?? unnamed(fault)
  if (aboutSql.test(sqlState)) return beforePlan(message)
  const places = contexts
    .filter(({ fragment }) => fragment !== '')
    .map(({ fragment, start, object }) => `in ${fragment} at character ${start + 1}${of(object)}`)
  const said = [...places, behind(fault) ?? leftOut]
  return `[${errorClass}] SQLSTATE ${sqlState || 'unknown'}, ${said.join(', ')}`
}

/** The outermost of Java's errors about files and machines, which quotes those behind it. */
function behind({ classes, message, causes }: Fault): string | undefined {
  const chain = [{ class: classes[0] ?? '', message }, ...causes]
  const first = chain.find((error) => aboutFiles.test(error.class))
  return first && `${first.class}: ${firstLine(first.message)}`
}

const leftOut = '(values are left out)'
const of = (object: string): string => (object === '' ? '' : ` of ${object}`)
const firstLine = (text: string): string => text.split('\n', 1)[0]!

/** Without the tree of the plan and the copy of the statement that follow the sentence. */
const beforePlan = (message: string): string => message.trim().split(/[;.]?\n/, 1)[0]!

/** The condition of a task, which the error of its job only quotes. */
function conditionIn(message: string): string | undefined {
  const condition = /\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]/.exec(message)?.[1]
  const state = /SQLSTATE: ([0-9A-Z]{5})/.exec(message)?.[1]
  return condition && `[${condition}] SQLSTATE ${state ?? 'unknown'}, ${leftOut}`
}

/** gRPC's own messages name hosts and sockets; those of an exception without a name may hold anything. */
const unnamed = ({ status, message, classes }: Fault): string =>
  classes.length === 0 ? `${status}: ${firstLine(message)}` : `${classes[0]} ${leftOut}`
