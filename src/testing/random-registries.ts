import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { builtInFolder } from '../project.js'
import type { ProjectFiles } from './run-project.js'

type Change = (lines: readonly string[]) => readonly string[]

/** Other lines of registries than the built-in ones, made of these. */
const others: Readonly<Record<string, readonly Change[]>> = {
  blocked_identifiers: [none, and('email,bob@x.org,test', 'customer_id,cem,test')],
  churn_event_roles: [none, and('visit,passive', 'login,purchase', 'search,cancellation')],
  event_exclusions: [none, and('visit,technical', 'page_view,technical')],
  funnel_stages: [
    none,
    and('buy,session,1,look,,visit', 'buy,session,2,seek,,search', 'buy,session,3,pay,purchase,'),
    and('back,journey,1,pay,purchase,', 'back,journey,2,again,,visit'),
  ],
  goals: [
    none,
    and('lead,2,visit,,/a', 'lead,2,signup,,', 'talk,0,login,log,'),
    each((line) => line.replace(',,', ',till,')),
  ],
  identifier_types: [
    each(limitedTo('1', '1')),
    each(limitedTo('2', '5')),
    each(limitedTo('', '1')),
    each(limitedTo('', '')),
  ],
  ignored_referrers: [none],
  revenue_sources: [none, () => ['event_log,1', 'stripe,2', 'shopify,3']],
  source_categories: [none],
  stage_rules: [
    none,
    and('log,1,,log,,,advocacy', 'news,2,,,email,,awareness', 'page,0,,,,/a,retention'),
  ],
  stages: [each((line) => line.replace(/\d/, (rank) => String(6 - Number(rank))))],
}

function none(): readonly string[] {
  return []
}

/** With more lines, in the place of those that begin alike. */
function and(...more: string[]): Change {
  const begun = more.map(beginningOf)
  return (lines) => [...lines.filter((line) => !begun.includes(beginningOf(line))), ...more]
}

function beginningOf(line: string): string {
  return line.split(',', 1)[0]!
}

function each(change: (line: string) => string): Change {
  return (lines) => lines.map(change)
}

/** How many values of a type a customer may have, and how many customers a value. */
function limitedTo(perCustomer: string, customers: string): (line: string) => string {
  return (line) => {
    const cells = line.split(',')
    return [...cells.slice(0, 3), perCustomer, ...cells.slice(4, 6), customers, cells[7]].join()
  }
}

const contents = Object.entries(others).flatMap(([table, changes]) =>
  changes.map((change, index) => ({ table, change, index })),
)

/** Registries of a project of one's own, a few or most of those that decide what tables hold; each named with its number. */
export const randomRegistries = (): fc.Arbitrary<readonly string[]> =>
  fc.uniqueArray(fc.constantFrom(...contents.map(({ table, index }) => `${table} ${index}`)), {
    selector: (name) => name.split(' ')[0],
    maxLength: Object.keys(others).length,
  })

export function registryFiles(names: readonly string[]): ProjectFiles {
  const chosen = contents.filter(({ table, index }) => names.includes(`${table} ${index}`))
  return Object.fromEntries(
    chosen.map(({ table, change }) => {
      const file = path.join('config', `${table}.csv`)
      const text = readFileSync(path.join(builtInFolder, file), 'utf8')
      const [header, ...lines] = text.trimEnd().split('\n')
      return [file, `${[header, ...change(lines)].join('\n')}\n`]
    }),
  )
}
