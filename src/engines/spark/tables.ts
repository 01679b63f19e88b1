import { type Problem, ThroughlineError } from '../../errors.js'
import type { Column, Row } from '../engine.js'
import { patternOf } from './path-pattern.js'
import { backQuoted, quotedForSpark } from './quoting.js'
import { rowsSelect } from './rows-select.js'
import type { Statements } from './statements.js'

/** The tables of a run: Parquet files below the run's own place, each table a view of the session. */
export interface Tables {
  create(table: string, select: string): Promise<void>
  createView(table: string, select: string): Promise<void>
  /** Makes the table of Parquet files that are there, by their URLs; one file at least. */
  show(table: string, files: readonly string[]): Promise<void>
  createEmpty(table: string, columns: readonly Column[]): Promise<void>
  /** Adds rows to a table of `createEmpty`; columns go by their places. */
  append(table: string, select: string): Promise<void>
  /** Makes the table of several SELECTs of the same columns, one at least, a statement each. */
  createOfParts(table: string, selects: Iterable<string>): Promise<void>
  write(table: string, columns: readonly Column[], rows: readonly Row[]): Promise<void>
  /** Writes a SELECT, in its own order, as files of which the table is made; returns their folder below the run's place. */
  store(table: string, select: string): Promise<string>
  /** Takes the name away; files go with the run. */
  drop(table: string): Promise<void>
}

/** What is known of a table that grows. */
interface Growing {
  columns: readonly Column[]
  folders: string[]
}

/** Rows of TypeScript values that a view may hold: they are parsed again at every use of it. */
const mostRowsOfView = 1000
/** Those that a statement may carry: object keys, the longest texts there are, come to some megabytes. */
const mostRowsOfStatement = 10_000

/** `root` is the URL of the run's place, ending in a slash. */
export function tablesOf(statements: Statements, root: string): Tables {
  const growing = new Map<string, Growing>()
  let stored = 0

  const createView = (table: string, select: string) =>
    statements.execute(table, `create or replace temporary view ${table} as ${select}`)
  // Found and looked into once, where a SELECT of each would be at every use of the view.
  async function show(table: string, urls: readonly string[]): Promise<void> {
    if (urls.length === 0)
      throw bug({ at: table, expected: 'files of the table', found: 'none', remedy: 'Name them.' })
    // Names of runs are drawn: files of another that fit the pattern are not to be expected.
    const options = `path ${quotedForSpark(patternOf(urls))}`
    await statements.execute(
      table,
      `create or replace temporary view ${table} using parquet options (${options})`,
    )
  }
  const showOwn = (table: string, folders: readonly string[]) =>
    show(
      table,
      folders.map((folder) => root + folder),
    )
  /** Folders are never written twice: a table that is made anew may be made of itself. */
  async function files(table: string, select: string): Promise<string> {
    const folder = `${table}/${++stored}`
    await statements.execute(
      table,
      `insert overwrite directory ${quotedForSpark(root + folder)} using parquet ${select}`,
    )
    return folder
  }
  async function store(table: string, select: string): Promise<string> {
    growing.delete(table)
    const folder = await files(table, select)
    await showOwn(table, [folder])
    return folder
  }
  async function createEmpty(table: string, columns: readonly Column[]): Promise<void> {
    growing.set(table, { columns, folders: [] })
    await createView(table, rowsSelect(columns, []))
  }
  async function append(table: string, select: string): Promise<void> {
    const known = growing.get(table)
    if (known === undefined) throw bug({ at: table, ...notGrowing })
    known.folders.push(await files(table, typed(known.columns, select)))
    await showOwn(table, known.folders)
  }
  async function createOfParts(table: string, selects: Iterable<string>): Promise<void> {
    growing.delete(table)
    const folders: string[] = []
    for (const select of selects) folders.push(await files(table, select))
    await showOwn(table, folders)
  }
  return {
    createView,
    show,
    createEmpty,
    append,
    createOfParts,
    store,
    async create(table, select) {
      await store(table, select)
    },
    drop: (table) => statements.execute(table, `drop view if exists ${table}`),
    write: (table, columns, rows) =>
      rows.length <= mostRowsOfView
        ? createView(table, rowsSelect(columns, rows))
        : createOfParts(table, literalParts(columns, rows)),
  }
}

function* literalParts(columns: readonly Column[], rows: readonly Row[]): Generator<string> {
  for (let start = 0; start < rows.length; start += mostRowsOfStatement)
    yield rowsSelect(columns, rows.slice(start, start + mostRowsOfStatement))
}

const bug = (problem: Problem): ThroughlineError =>
  new ThroughlineError({ code: 'bug', ...problem })

const notGrowing = {
  expected: 'a table that rows are added to',
  found: 'another one',
  remedy: 'Create it empty before.',
}

/** A SELECT whose columns, by their places, have the names and types of these. */
function typed(columns: readonly Column[], select: string): string {
  const names = columns.map(({ name }) => backQuoted(name))
  const list = columns.map(
    ({ type }, place) => `cast(${names[place]} as ${type}) as ${names[place]}`,
  )
  return `select ${list.join(', ')} from (${select}) as made(${names.join(', ')})`
}
