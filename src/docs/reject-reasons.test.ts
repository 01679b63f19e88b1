import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { badRowReasons, unreadableReasons } from '../collect/landing/findings.js'
import { builtInFolder } from '../project.js'
import { traps } from '../testing/bad-input.js'
import { contracts } from '../testing/engine.js'
import { sourceCases } from '../testing/source-cases.js'
import { rejectReasons } from './rejects-page.js'

/* The registry of reasons holds every reason that code, SQL and cases give, and no other. */

const listed = rejectReasons(contracts).map(({ reason }) => String(reason))

const textsOf = (folder: string, extension: string): string[] =>
  readdirSync(path.join(builtInFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.endsWith(`.test${extension}`))
    .map((name) => readFileSync(path.join(builtInFolder, folder, name), 'utf8'))

const sql = [...textsOf('pipelines/intake', '.sql'), ...textsOf('pipelines/collect', '.sql')]
const code = [...textsOf('src/collect', '.ts'), ...textsOf('src/engines/duckdb', '.ts')]

/** What the last CASE before each column of reasons may answer. */
const answersIn = (text: string): string[] =>
  [...text.matchAll(/\bcase\b((?:(?!\bend as\b)[\s\S])*)\bend as (?:reject_)?reason\b/g)].flatMap(
    ([, branches = '']) =>
      [...branches.matchAll(/\b(?:then|else) '([a-z_]+)'/g)].map(([, reason]) => reason!),
  )

const given = new Set([
  ...badRowReasons,
  ...unreadableReasons,
  ...sql.flatMap(answersIn),
  ...sql.flatMap((text) =>
    [...text.matchAll(/then '(unparseable_\w+)'/g)].map(([, word]) => word!),
  ),
  ...[
    ...sourceCases.map(({ rejected }) => rejected),
    ...Object.values(traps).map((trap) => trap.reasons),
  ].flatMap((reasons) => Object.keys(reasons ?? {})),
])

test('each reason that is given is listed', () => {
  expect(given.size).toBeGreaterThan(55)
  expect([...given].filter((reason) => !listed.includes(reason))).toEqual([])
})

test('each reason that is listed is given', () => {
  const texts = [...sql, ...code].join('\n')
  const isGiven = (reason: string) =>
    given.has(reason) ||
    texts.includes(`'${reason}'`) ||
    texts.includes(`'${reason.replace('*', '')}' ||`)
  expect(listed.filter((reason) => !isGiven(reason))).toEqual([])
})
