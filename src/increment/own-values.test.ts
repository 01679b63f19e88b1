import { test } from '@jest/globals'
import { keyColumn } from '../testing/contract-of.js'
import { longTimeout } from '../testing/increment-cases.js'
import { bigintColumn, expectAsInFull, modelOf, visit } from '../testing/own-models.js'
import type { ProjectFiles } from '../testing/run-project.js'

/*
 * Lists of values, a row a value, of a project of one's own.
 */

const campaigns = (custom: Readonly<Record<string, boolean>>) =>
  modelOf(
    'campaigns',
    { slice: 'value', ...custom },
    { utm_source: keyColumn },
    'select utm_source from touchpoints where utm_source is not null group by utm_source',
  )
const letters = (custom: Readonly<Record<string, string | boolean>>) =>
  modelOf(
    'letters',
    custom,
    { letter: keyColumn },
    'select distinct substr(utm_source, 1, 1) as letter from campaigns',
  )
const countOfLetters = modelOf(
  'count_of_letters',
  { published: true },
  { letters: { ...bigintColumn, required: true, primaryKey: true } },
  'select cast(count(*) as bigint) as letters from letters',
)

test.each<[string, ProjectFiles]>([
  ['is published', campaigns({ published: true })],
  ['is counted', { ...campaigns({}), ...letters({ published: true }) }],
  [
    'leads to a list of others',
    { ...campaigns({}), ...letters({ slice: 'value' }), ...countOfLetters },
  ],
])(
  'a list of values that %s has those that come, and not those that go',
  async (_, files) => {
    const from = (campaign: string) => ({
      page_url: `https://shop.example/?utm_source=${campaign}`,
    })
    await expectAsInFull(files, [
      { 'log/a.ndjson': [visit('ann', '10:00', from('news'))] },
      { 'log/b.ndjson': [visit('bob', '10:00', from('search'))] },
      { 'log/a.ndjson': null },
    ])
  },
  longTimeout,
)

test(
  'rows that carry a value of new values find it',
  async () => {
    const files = {
      ...campaigns({}),
      ...letters({ slice: 'value' }),
      ...modelOf(
        'letters_of_customers',
        { published: true, slice: 'customer' },
        { customer_id: keyColumn, letter: keyColumn },
        `select distinct t.customer_id, l.letter from touchpoints t
        join letters l on l.letter = substr(t.utm_source, 1, 1)`,
      ),
    }
    const page_url = 'https://shop.example/?utm_source=news'
    await expectAsInFull(files, [{ 'log/a.ndjson': [visit('ann', '10:00', { page_url })] }])
  },
  longTimeout,
)

test(
  'a value is found in rows of two tables, of which one alone has changed for its customer',
  async () => {
    const files = {
      ...modelOf(
        'products_of_channels',
        { slice: 'value' },
        { channel: keyColumn, product: keyColumn },
        `select s.channel, t.product from sessions s join touchpoints t on t.session_id = s.session_id
        where t.product is not null group by s.channel, t.product`,
      ),
      ...modelOf(
        'products_of_customers',
        { published: true, slice: 'customer' },
        { customer_id: keyColumn, channel: keyColumn, product: keyColumn },
        `select distinct t.customer_id, p.channel, p.product
        from touchpoints t join sessions s on s.session_id = t.session_id
        join products_of_channels p on p.channel = s.channel and p.product = t.product`,
      ),
    }
    const shirt = (product?: string) =>
      visit('ann', '10:00', { id: 'a1', device: 'phone', product })
    await expectAsInFull(files, [
      { 'log/a.ndjson': [shirt()] },
      // What Ann looked at is told later: her session says the same; Bob has one that is new.
      {
        'log/a.ndjson': [shirt('shirt')],
        'log/b.ndjson': [visit('bob', '10:00', { device: 'tablet' })],
      },
    ])
  },
  longTimeout,
)
