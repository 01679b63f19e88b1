import fc from 'fast-check'
import type { Config } from '../config.js'
import { sampleSources } from './local-config.js'
import { objectsOf, randomObject, randomSources } from './random-logs.js'
import type { SampleText } from './sample-texts.js'

const some = <T>(...values: T[]) => fc.constantFrom<T | undefined>(...values, undefined)
const emails = some('ann@x.org', 'bob@x.org', 'family@x.org')

/** Of what random logs know nothing: days without a time, pings, bots, scores, campaigns and the far future. */
const happening = fc.record({
  customer: some('ann', 'bob', 'dan'),
  device: fc.constantFrom('phone', 'kiosk', 'watch'),
  email: emails,
  event: fc.constantFrom('page_view', 'page_ping', 'page_ping', 'search', 'refund', 'unsubscribe'),
  time: fc.constantFrom(
    '2025-01-10',
    '2025-01-10T23:59:50Z',
    '2025-01-11T00:00:10',
    '2025-01-11T00:05:00+05:45',
    '2025-01-12T10:00:00Z',
    '2025-01-12T10:00:05Z',
    '2025-01-14T08:00:00Z',
    '2025-01-17T10:00:00Z',
    '2027-01-01T00:00:00Z',
    'some day',
  ),
  received: some('2025-01-12T10:00:00Z', '2025-01-01T00:00:00Z'),
  session: some('s1', 's2'),
  channel: some('email', 'Paid Search'),
  referrer_url: some('https://www.google.com/', 'https://shop.example/a', 'https://paypal.com/'),
  utm_campaign: some('spring', 'autumn'),
  page_url: some('https://shop.example/a?utm_source=bing&utm_medium=cpc', 'https://shop.example/b'),
  user_agent: some('Googlebot/2.1', 'Mozilla/5.0 (Windows NT 10.0)'),
  order: some('1', 'o1'),
  revenue: some('12.50', '-3', '1,5', 'much'),
  score: some('3', '9'),
  score_scale: some('10', '5'),
  comment: some('good', 'bad'),
})

const charge = fc.record({
  object: fc.constant('charge'),
  id: fc.constantFrom('ch_1', 'ch_2', 'ch_3'),
  created: fc.constantFrom(1736330400, 1736503200, 1736503500),
  amount: fc.constantFrom(1000, 2000),
  currency: fc.constantFrom('eur', 'jpy'),
  status: fc.constantFrom('succeeded', 'failed'),
  customer: some('cus_1', 'cus_2'),
  receipt_email: emails,
  metadata: fc.record({ order_id: some('1', '2') }),
})

/** Names a person of the sample and one of the log in one record, or two of the sample. */
const linkOf = (texts: readonly SampleText[]): fc.Arbitrary<object> => {
  const found = (pattern: RegExp) => [
    ...new Set(texts.flatMap(({ lines }) => lines.flatMap((line) => line.match(pattern) ?? []))),
  ]
  return fc.record({
    event: fc.constant('login'),
    customer: some('ann', 'dan'),
    email: some(...found(/[a-z.]+\d*@[a-z]+\.example/g)),
    user: some(...found(/\bu-[0-9a-f]{16}/g)),
    phone: some('+442079460001'),
    time: fc.constantFrom('2025-01-05T10:00:00Z', '2025-01-12T10:00:00Z', '2025-01-15T10:00:00Z'),
  })
}

/** An object of the log, of contacts, or of either of two tills. */
export const randomRows = (texts: readonly SampleText[]): ReturnType<typeof objectsOf> =>
  fc.oneof(
    { weight: 3, arbitrary: randomObject() },
    { weight: 2, arbitrary: objectsOf('log', happening) },
    { weight: 2, arbitrary: objectsOf('log', linkOf(texts)) },
    { weight: 1, arbitrary: objectsOf('pay', charge) },
  )

/** Sources of the sample beside those of random rows, some of which read them otherwise. */
export const randomSourcesOfAll = (): fc.Arbitrary<Config['sources']> =>
  fc
    .record(
      {
        time_zone: fc.constant('Europe/Berlin'),
        currency: fc.constant('EUR'),
        stream: fc.constantFrom('app' as const, 'offline' as const),
        decimal_mark: fc.constantFrom('point' as const, 'comma' as const),
        calling_code: fc.constant('44'),
      },
      { requiredKeys: [] },
    )
    .map((more) => ({
      log: { preset: 'event_log', prefix: 'log/', ...more },
      till: { ...randomSources.shop, prefix: 'shop/' },
      contacts: { ...randomSources.crm, prefix: 'crm/' },
      pay: { preset: 'stripe', prefix: 'pay/' },
      ...sampleSources(),
    }))
