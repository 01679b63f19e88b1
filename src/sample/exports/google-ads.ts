import { arrivals } from '../catalog.js'
import { createRandom } from '../random.js'

const account = '2121450128'
export const googleAdsHeader =
  'customer_id,date,campaign_id,campaign_name,ad_group_id,ad_group,ad_network_type,device,ad_id,currency_code,clicks,cost_micros,impressions'

const campaigns = arrivals
  .filter((arrival) => arrival.source === 'google')
  .flatMap((arrival) =>
    (arrival.campaigns ?? []).map((campaign) => ({
      ...campaign,
      network: arrival.medium === 'cpc' ? 'SEARCH' : 'CONTENT',
    })),
  )

/** The rows of one day (`YYYY-MM-DD`): more clicks are paid for than visits were seen, and some days have none. */
export function googleAdsLines(seed: number, date: string, visits: Map<string, number>): string[] {
  const random = createRandom(seed, 14, Number(date.replaceAll('-', '')))
  return campaigns.map(({ id, name, clickPrice, network }) => {
    const seen = visits.get(id) ?? 0
    const clicks = seen + (random.chance(0.3) ? 1 : 0) + Math.floor(seen * random.between(0, 0.2))
    const cost = Math.round(clicks * clickPrice * random.between(0.8, 1.2) * 100) * 10000
    const impressions = clicks * (15 + random.integer(20)) + random.integer(40)
    return [
      account,
      date,
      id,
      name,
      `${id}1`,
      `${name} group`,
      network,
      'ALL',
      `${id}11`,
      'GBP',
      clicks,
      cost,
      impressions,
    ].join(',')
  })
}
