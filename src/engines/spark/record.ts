import { appendFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { SparkSession } from './connect/session.js'
import type { StatementOptions } from './connect/statement.js'

/**
 * The session, whose statements are written down as they are given: a file for the session itself, then one a table, in
 * order. Each is written before it runs, so that it stands behind all that it could have seen; questions change nothing
 * and are left out.
 */
export function recorded(session: SparkSession, folder: string): SparkSession {
  mkdirSync(folder, { recursive: true })
  let step = { name: '', file: '' }
  let files = 0
  const write = (name: string, text: string) => {
    if (step.name !== name) {
      const number = String(files++).padStart(6, '0')
      step = { name, file: path.join(folder, `${number}_${name}.sql`) }
    }
    appendFileSync(step.file, `${text}\n\n`)
  }
  // The command line takes `${…}` for a variable of its own.
  write('session', 'set spark.sql.variable.substitute = false;')
  return {
    ...session,
    execute(sql: string, options: StatementOptions = {}) {
      write(options.name ?? 'session', `${sql};`)
      return session.execute(sql, options)
    },
    configure(settings) {
      for (const [name, value] of Object.entries(settings)) write('session', setting(name, value))
      return session.configure(settings)
    },
  }
}

/** Names that Spark itself, or a cloud, has for what nobody else is to see. */
const secret = /secret|password|token|credential|(access|account|private|api|encryption)[._-]?key/i

/** A setting as a statement; others are to run the file, and its reader knows no quotes here. */
function setting(name: string, value: string): string {
  if (secret.test(name)) return `-- ${name} is left out, since it may be a secret: set it yourself.`
  if (/[;\n]/.test(value))
    return `-- ${name} is left out, since no statement can hold its value: set it yourself.`
  return `set ${name} = ${value};`
}
