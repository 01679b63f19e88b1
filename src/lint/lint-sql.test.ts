import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { readConfig, settingFunctions } from '../config.js'
import { projectFiles } from '../project.js'
import { lintSql } from './lint-sql.js'

const settings = new Set(Object.keys(settingFunctions(readConfig(undefined))))
const stages = [
  'collect',
  'intake',
  'ledger',
  'identity',
  'journeys',
  'insights',
  'churn',
  'release',
]
const files = stages.flatMap((stage) => [
  ...projectFiles(path.join('pipelines', stage), '.sql').values(),
])

const rulesBroken = async (sql: string): Promise<string[]> =>
  (await lintSql('test.sql', `-- One row per x\n${sql}`, settings)).map(({ rule }) => rule)

test.each(files.map((file) => [path.relative('.', file), file]))(
  '%s is portable',
  async (_, file) => {
    expect(await lintSql(file, readFileSync(file, 'utf8'), settings)).toEqual([])
  },
)

test.each([
  ['select a from t order by a', 'nulls-order'],
  ['select a from t qualify row_number() over (order by a nulls last) = 1', 'no-qualify'],
  ['select sum(a) over (partition by b order by c nulls last) as s from t', 'rows-frame'],
  ['select count(distinct a) over (partition by b) as s from t', 'plain-window'],
  ['select a / b as r from t', 'guarded-division'],
  ['select avg(a) as r from t', 'exact-means'],
  ['select any_value(a) as r from t', 'portable-functions'],
  ['select first_value(a) over (partition by b) as r from t', 'portable-window-functions'],
  ['select l[1] as r from t', 'no-list-index'],
  ['select list_transform(l, x -> x + 1) as r from t', 'no-lambda'],
  ["select explode(split_list(a, ',')) as r from t", 'plain-explode'],
  ['select a from t order by epoch_micros(a) nulls last', 'plain-order'],
  ["select trim(a, '/') as r from t", 'plain-trim'],
  ["select rtrim(a, '/') as r from t", 'portable-functions'],
  ['select a from (select * exclude (b) from t) as s', 'plain-star'],
  ['select a from t natural join u', 'plain-join'],
  ['select distinct on (a) a, b from t', 'no-distinct-on'],
  ['select cast(a as varchar) as r from t', 'portable-types'],
  ['select a::int as r from t', 'no-double-colon'],
  ["select '\\' as r from t", 'no-backslash'],
  ['select "a" as r from t', 'no-double-quotes'],
  [
    'select lead(a) over w - a as r from t window w as (order by a nulls last)',
    'no-minus-after-window',
  ],
  ['select current_date as r from t', 'no-clock'],
  ['select * from t', 'outer-columns'],
])('%s breaks %s', async (sql, rule) => {
  expect(await rulesBroken(sql)).toContain(rule)
})

test('a portable model breaks nothing', async () => {
  expect(
    await rulesBroken(`with numbered as (
      select a, b, row_number() over (partition by a order by b nulls last) as n from t
    ) select a, cast(sum(b) as bigint) as total, sum(b) / nullif(count(*), 0) as mean
      from numbered where n = 1 group by a`),
  ).toEqual([])
})

test('a file without its grain is found', async () => {
  expect(
    (await lintSql('test.sql', 'select a from t', settings)).map(({ rule }) => rule),
  ).toContain('header')
})
