/** A way to arrive at the shop: what the landing URL and the referrer then carry. */
export interface Arrival {
  name: string
  /** Share among first visits, and among later ones. */
  weight: number
  laterWeight: number
  /** How much likelier than others the newcomers of this channel are to buy one day. */
  appeal: number
  source?: string
  medium?: string
  clickId?: 'gclid' | 'fbclid'
  referrer: string
  campaigns?: readonly Campaign[]
}

export interface Campaign {
  id: string
  name: string
  /** Pounds a click. */
  clickPrice: number
}

export interface Product {
  sku: string
  name: string
  category: string
  /** Pence. */
  price: number
}

const searchCampaigns: readonly Campaign[] = [
  { id: '18100001', name: 'Brand', clickPrice: 0.35 },
  { id: '18100002', name: 'Spring Sale', clickPrice: 0.9 },
  { id: '18100003', name: 'Running Shoes', clickPrice: 1.2 },
]
const socialCampaigns: readonly Campaign[] = [
  { id: '23800001', name: 'Lookalike', clickPrice: 0.6 },
  { id: '23800002', name: 'Retargeting', clickPrice: 0.45 },
]
const displayCampaigns: readonly Campaign[] = [
  { id: '18100009', name: 'Display Reach', clickPrice: 0.15 },
]

const channel = (
  name: string,
  shares: [first: number, later: number],
  appeal: number,
  rest: Pick<Arrival, 'referrer'> & Partial<Arrival>,
): Arrival => ({ name, weight: shares[0], laterWeight: shares[1], appeal, ...rest })

export const arrivals: readonly Arrival[] = [
  channel('Paid Search', [26, 9], 1.15, {
    source: 'google',
    medium: 'cpc',
    clickId: 'gclid',
    referrer: 'https://www.google.com/',
    campaigns: searchCampaigns,
  }),
  channel('Organic Search', [24, 19], 1.1, { referrer: 'https://www.google.com/' }),
  channel('Paid Social', [16, 5], 0.6, {
    source: 'facebook',
    medium: 'paid_social',
    clickId: 'fbclid',
    referrer: 'https://l.facebook.com/',
    campaigns: socialCampaigns,
  }),
  channel('Display', [5, 2], 0.35, {
    source: 'google',
    medium: 'display',
    clickId: 'gclid',
    referrer: 'https://news.example/',
    campaigns: displayCampaigns,
  }),
  channel('Organic Social', [8, 5], 0.8, { referrer: 'https://www.instagram.com/' }),
  channel('Referral', [8, 5], 1.5, { referrer: 'https://running-blog.example/best-shoes' }),
  channel('Direct', [13, 55], 1, { referrer: '' }),
]

/** The same channels with the shares of returning visits. */
export const laterArrivals: readonly Arrival[] = arrivals.map((arrival) => ({
  ...arrival,
  weight: arrival.laterWeight,
}))

export const mailArrival: Arrival = {
  name: 'Email',
  weight: 0,
  laterWeight: 0,
  appeal: 1,
  source: 'newsletter',
  medium: 'email',
  referrer: '',
}

const shelf = (category: string, items: readonly (readonly [string, number])[]): Product[] =>
  items.map(([name, price], at) => ({ sku: `${category}-${at + 1}`, name, category, price }))

export const products: readonly Product[] = [
  ...shelf('shoes', [
    ['Trail Runner', 8900],
    ['Road Racer', 11900],
    ['Court Classic', 6900],
    ['Hiking Boot', 13900],
    ['Everyday Slip-on', 4900],
  ]),
  ...shelf('clothing', [
    ['Rain Jacket', 9900],
    ['Merino Shirt', 5900],
    ['Running Tights', 4500],
    ['Fleece', 6500],
    ['Cap', 1900],
  ]),
  ...shelf('equipment', [
    ['Hydration Vest', 7900],
    ['Head Torch', 3900],
    ['Daypack', 5500],
    ['Trekking Poles', 7400],
  ]),
  ...shelf('nutrition', [
    ['Energy Bars', 1600],
    ['Gels', 2200],
    ['Electrolytes', 1400],
  ]),
]

export interface Agent {
  kind: 'mobile' | 'desktop' | 'app'
  userAgent: string
}

export const agents: readonly Agent[] = [
  {
    kind: 'mobile',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
  },
  {
    kind: 'mobile',
    userAgent:
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36',
  },
  {
    kind: 'desktop',
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  },
  {
    kind: 'desktop',
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
  },
  {
    kind: 'desktop',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0',
  },
]
export const appAgent: Agent = {
  kind: 'app',
  userAgent: 'TrailShop/3.2 (iPhone; iOS 17.4; Scale/3.00)',
}

export interface TicketTopic {
  weight: number
  tag: string
  subject: string
  description: string
  /** How often an answer is rated bad, before slowness adds to it. */
  badShare: number
}

export const deliveryTopic: TicketTopic = {
  weight: 1,
  tag: 'delivery',
  subject: 'Where is my order',
  description: 'It has not arrived, although the tracking page says that it was delivered.',
  badShare: 0.5,
}
export const faultyTopic: TicketTopic = {
  weight: 1,
  tag: 'refund',
  subject: 'Faulty item, refund please',
  description: 'The seam came apart after one week. I would like my money back.',
  badShare: 0.35,
}
export const questionTopics: readonly TicketTopic[] = [
  {
    weight: 3,
    tag: 'sizing',
    subject: 'Which size should I take',
    description: 'I am between two sizes. Do they run small?',
    badShare: 0.05,
  },
  {
    weight: 2,
    tag: 'account',
    subject: 'I cannot change my address',
    description: 'The address form shows an error when I save.',
    badShare: 0.15,
  },
]

/** Values that many unrelated records carry: no evidence that they are one person. */
export const placeholderEmails = ['test@test.com', 'noreply@shop.example', 'n/a', 'none@none.com']
export const placeholderPhones = ['0000000000', '123456789']
export const supportMailbox = 'support@shop.example'
