import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { builtInFolder } from '../../project.js'
import type { Settings } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { quotedForSpark } from './quoting.js'

const functionsFile = path.join(builtInFolder, 'src', 'engines', 'spark', 'functions.sql')

/** Session configuration that the SQL of models rests on. */
export const dialect: Readonly<Record<string, string>> = {
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.ansi.doubleQuotedIdentifiers': 'true',
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.timestampType': 'TIMESTAMP_NTZ',
  'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
  // An object or a list within a JSON record is its text without blanks, as other engines have it.
  'spark.sql.json.enableExactStringParsing': 'false',
  // Of a key that a record has twice the last is the record's, as other engines have it.
  'spark.sql.variant.allowDuplicateKeys': 'true',
}

/**
 * What the SELECTs of source files need besides: Spark works out everything that must be true of their many columns,
 * which takes it minutes.
 */
export const collectDialect: Readonly<Record<string, string>> = {
  'spark.sql.constraintPropagation.enabled': 'false',
}

/** Ends it: a setting is again what the config says, or else what the server does. */
export async function endCollectDialect(
  session: Pick<SparkSession, 'configure' | 'execute'>,
  configured: Settings,
): Promise<void> {
  for (const name of Object.keys(collectDialect)) {
    const value = configured[name]
    if (value === undefined) await session.execute(`reset ${name}`)
    else await session.configure({ [name]: String(value) })
  }
}

/** Statements that define the shared vocabulary in a session; its settings have to be defined before. */
export async function vocabularyStatements(): Promise<string[]> {
  const text = await readFile(functionsFile, 'utf8')
  return text
    .split(/;$/m)
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((statement) => statement !== '')
}

/** The same in layers: the functions that those of a layer call are in the layers before it. */
export async function vocabularyLayers(): Promise<string[][]> {
  const layers: string[][] = []
  const layerOf = new Map<string, number>()
  for (const statement of await vocabularyStatements()) {
    const [, name = '', body = ''] = /function `?(\w+)`?\((.*)/s.exec(statement) ?? []
    const called = [...body.matchAll(/(\w+)`?\(/g)].map(([, other]) => layerOf.get(other!) ?? -1)
    const layer = Math.max(-1, ...called) + 1
    layerOf.set(name, layer)
    layers[layer] ??= []
    layers[layer].push(statement)
  }
  return layers
}

/** The statement that (re)defines a setting, as a function without arguments. */
export function settingStatement(name: string, value: Settings[string]): string {
  const [type, literal] = typed(value)
  return `create or replace temporary function ${name}() returns ${type} return ${literal}`
}

/** Whole numbers are BIGINT, so that a model's arithmetic on a setting does not overflow. */
function typed(value: Settings[string]): [type: string, literal: string] {
  if (typeof value === 'string') return ['string', quotedForSpark(value)]
  if (typeof value === 'boolean') return ['boolean', String(value)]
  return Number.isInteger(value) ? ['bigint', String(value)] : ['double', `${value}D`]
}
