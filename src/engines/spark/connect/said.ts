import type { Fault } from './fault.js'
import { chainOf, conditionOf, isOfMachine } from './fault-kinds.js'

/** Conditions whose message quotes SQL, names and types only: SQLSTATE classes of syntax, of features and of the catalogue. */
const aboutSql = /^(42|0A|56|46)/

/** What an error may say of a fault: the condition and the SQL that it is about, without values of rows. */
export function saidOf(fault: Fault): string {
  const { errorClass, sqlState = '', contexts, message } = fault
  if (errorClass === undefined) return behind(fault) ?? quoted(fault) ?? unnamed(fault)
  if (aboutSql.test(sqlState)) return beforePlan(message)
  const places = contexts
    .filter(({ fragment }) => fragment !== '')
    .map(({ fragment, start, object }) => `in ${fragment} at character ${start + 1}${of(object)}`)
  const said = [...places, behind(fault) ?? leftOut]
  return `[${errorClass}] SQLSTATE ${sqlState || 'unknown'}, ${said.join(', ')}`
}

/** The outermost of Java's errors about files and machines, which quotes those behind it. */
function behind(fault: Fault): string | undefined {
  const first = chainOf(fault).find(isOfMachine)
  return first && `${first.class}: ${firstLine(first.message)}`
}

const leftOut = '(values are left out)'
const of = (object: string): string => (object === '' ? '' : ` of ${object}`)
const firstLine = (text: string): string => text.split('\n', 1)[0]!

/** Without the tree of the plan and the copy of the statement that follow the sentence. */
const beforePlan = (message: string): string => message.trim().split(/[;.]?\n/, 1)[0]!

/** The condition of a task, which the error of its job only quotes. */
function quoted(fault: Fault): string | undefined {
  const condition = conditionOf(fault)
  return condition && `[${condition.name}] SQLSTATE ${condition.state ?? 'unknown'}, ${leftOut}`
}

/** gRPC's own messages name hosts and sockets; those of an exception without a name may hold anything. */
const unnamed = ({ status, message, classes }: Fault): string =>
  classes.length === 0 ? `${status}: ${firstLine(message)}` : `${classes[0]} ${leftOut}`
