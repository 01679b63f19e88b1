import { type Contract, hasColumn } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import { doublesOf, sameDouble } from './same-doubles.js'

/** Columns of what is compared of a row, beside its key: enough to say that it differs, whose it is, and why. */
const detailColumns = ['customer_id', 'was_unsettled', 'row_digest', 'recorded_digest'] as const

/** Doubles that differ a little are the same, which no digest tells: they are compared themselves, beside a digest for the rest. */
const exactDigest = 'exact_digest'
const doubleNames = (contract: Contract): string[] =>
  doublesOf(contract).map((_, index) => `double_${index + 1}`)
const detailsOfDoubles = (contract: Contract): string[] => {
  const names = doubleNames(contract)
  return names.length === 0 ? [] : [exactDigest, ...names]
}

/** Names under which keys of any table are compared. */
const keyNames = ({ key }: Contract): string[] => key.map((_, index) => `key_${index + 1}`)

const keysAs = ({ key }: Contract): string =>
  key.map((column, index) => `${column} as key_${index + 1}`).join(', ')

/** Of each row of a part of a table: its key, and a digest for the rest. */
export const digestsOf = (engine: Engine, contract: Contract, from: string): string =>
  `select ${keysAs(contract)}, ${digestOfAll(engine, contract)} as row_digest from ${from}`

/** Of each row of a part of a table: its key, digests, whose it is, whether time alone might change it, and its doubles. */
export function detailsOf(engine: Engine, contract: Contract, from: string): string {
  const { recorded, unsettled } = contract
  const customer = hasColumn(contract, 'customer_id') ? 'customer_id' : 'cast(null as string)'
  const digest = recorded.length > 0 ? engine.rowDigest(recorded) : 'null'
  const details = [
    `${customer} as customer_id`,
    `${unsettled ?? 'false'} as was_unsettled`,
    `${digestOfAll(engine, contract)} as row_digest`,
    `${digest} as recorded_digest`,
    ...doubleDetails(engine, contract),
  ]
  return `select ${keysAs(contract)}, ${details.join(', ')} from ${from}`
}

function doubleDetails(engine: Engine, contract: Contract): string[] {
  const doubles = doublesOf(contract)
  if (doubles.length === 0) return []
  const others = contract.columns.map(({ name }) => name).filter((name) => !doubles.includes(name))
  const names = doubleNames(contract)
  return [
    `${engine.rowDigest(others)} as ${exactDigest}`,
    ...doubles.map((column, index) => `${column} as ${names[index]}`),
  ]
}

/** As `detailsOf`, for rows that the last release did not hold: the key is all that counts. */
export const newRowsOf = (contract: Contract, from: string): string =>
  `select ${keysAs(contract)}, ${[...detailColumns, ...detailsOfDoubles(contract)]
    .map((column) => `null as ${column}`)
    .join(', ')} from ${from}`

/** Whether rows of two relations, both with details and of the same key, say something else. */
export function areOther(contract: Contract, one: string, other: string): string {
  const areDistinct = `${one}.row_digest <> ${other}.row_digest`
  const doubles = doubleNames(contract)
  if (doubles.length === 0) return areDistinct
  const same = doubles.map((name) => sameDouble(`${one}.${name}`, `${other}.${name}`))
  return `${areDistinct} and not (${[`${one}.${exactDigest} = ${other}.${exactDigest}`, ...same].join(' and ')})`
}

const digestOfAll = (engine: Engine, { columns }: Contract): string =>
  engine.rowDigest(columns.map(({ name }) => name))

/** Whether rows of two relations, both with compared keys, have the same one. */
export const sameKey = (contract: Contract, one: string, other: string): string =>
  keyNames(contract)
    .map((name) => `${one}.${name} is not distinct from ${other}.${name}`)
    .join(' and ')

/** Whether a row of the table has the key of a row of a relation with compared keys. */
export const hasKey = ({ key }: Contract, row: string, other: string): string =>
  key
    .map((column, index) => `${row}.${column} is not distinct from ${other}.key_${index + 1}`)
    .join(' and ')

/** Not as a literal, which engines read differently. */
const backslash = 'chr(92)'

/** The key of a row as one text; no two keys have the same, and personal values are hashed. */
export function keyText(contract: Contract, alias: string): string {
  const parts = contract.key.map((column, index) => {
    const value = `${alias}.key_${index + 1}`
    const isPersonal = contract.columns.some(
      ({ name, classification }) => name === column && classification === 'personal',
    )
    if (isPersonal) return `coalesce(sha2(${value}, 256), ${backslash} || 'N')`
    const escaped = `replace(replace(cast(${value} as string), ${backslash}, ${backslash} || ${backslash}), '|', ${backslash} || '|')`
    return `coalesce(${escaped}, ${backslash} || 'N')`
  })
  return `concat(${parts.join(`, '|', `)})`
}
