import type { Column, Row } from '../engine.js'
import { rowsSelect } from './rows-select.js'
import type { Statements } from './statements.js'
import { quotedForSpark } from './vocabulary.js'

/** The tables of a run: Parquet files below the run's own place, each table a view of the session. */
export interface Tables {
  create(table: string, select: string): Promise<void>
  createView(table: string, select: string): Promise<void>
  /** Makes the table of Parquet files that are there, by their URLs; all in one folder, as those of a release are. */
  show(table: string, files: readonly string[]): Promise<void>
  createEmpty(table: string, columns: readonly Column[]): Promise<void>
  /** Adds rows to a table of `createEmpty`; columns go by their places. */
  append(table: string, select: string): Promise<void>
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

/** Rows of TypeScript values that one statement may hold. */
const mostLiteralRows = 1000

/** `root` is the URL of the run's place, ending in a slash. */
export function tablesOf(statements: Statements, root: string): Tables {
  const growing = new Map<string, Growing>()
  let stored = 0

  const createView = (table: string, select: string) =>
    statements.execute(table, `create or replace temporary view ${table} as ${select}`)
  // Found and looked into once, where a SELECT of each would be at every use of the view.
  const show = (table: string, paths: readonly string[]) =>
    statements.execute(
      table,
      `create or replace temporary view ${table} using parquet
      options (path ${quotedForSpark(globOf(paths))})`,
    )
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
    if (known === undefined) throw new Error(`${table} is no table that rows are added to`)
    known.folders.push(await files(table, typed(known.columns, select)))
    await showOwn(table, known.folders)
  }
  return {
    createView,
    show,
    createEmpty,
    append,
    store,
    async create(table, select) {
      await store(table, select)
    },
    drop: (table) => statements.execute(table, `drop view if exists ${table}`),
    async write(table, columns, rows) {
      if (rows.length <= mostLiteralRows) return createView(table, rowsSelect(columns, rows))
      await createEmpty(table, columns)
      for (let start = 0; start < rows.length; start += mostLiteralRows)
        await append(table, rowsSelect(columns, rows.slice(start, start + mostLiteralRows)))
    },
  }
}

/** One path for several of one folder. */
function globOf(paths: readonly string[]): string {
  if (paths.length === 1) return paths[0]!
  const folder = paths[0]!.slice(0, paths[0]!.lastIndexOf('/') + 1)
  return `${folder}{${paths.map((path) => path.slice(folder.length)).join(',')}}`
}

/** A SELECT whose columns, by their places, have the names and types of these. */
const typed = (columns: readonly Column[], select: string): string =>
  `select ${columns
    .map(({ name, type }) => `cast(\`${name}\` as ${type}) as \`${name}\``)
    .join(', ')} from (${select}) as made(${columns.map(({ name }) => `\`${name}\``).join(', ')})`
