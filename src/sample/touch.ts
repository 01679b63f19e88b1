import type { Arrival, Campaign, Product, TicketTopic } from './catalog.js'
import type { Address, Device, Person } from './people.js'

/** One visit: what its events have in common. */
export interface Visit {
  device: Device
  /** Which browser identity of the device: it grows when cookies are cleared. */
  cookie: number
  arrival: Arrival
  campaign: string | undefined
  paid: Campaign | undefined
}

export interface Order {
  /** The shop's own number, unique over all people. */
  id: number
  /** The person's first, second ... order. */
  number: number
  product: Product
  quantity: number
  /** Pence. */
  subtotal: number
  total: number
  /** Milliseconds since 1970. */
  placedAt: number
  address: Address | undefined
  phone: string | undefined
  arrival: Arrival
  campaign: string | undefined
  userAgent: string
  inStore: boolean
}

export type WebDetail = {
  source: 'segment'
  type: 'page' | 'screen' | 'track' | 'identify'
  name: string
  path: string
  visit: Visit
  landing: boolean
  signedIn: boolean
  product?: Product
  order?: Order
  /** As typed, for identify calls. */
  email?: string
  phone?: string
}
export type MailDetail = {
  source: 'klaviyo'
  metric: 'Received Email' | 'Opened Email' | 'Clicked Email' | 'Unsubscribed from Email Marketing'
  subject: string
  campaign: string
  address: Address
}
export type OrderDetail = {
  source: 'shopify'
  order: Order
  state: 'paid' | 'refunded' | 'cancelled'
}
export type TicketDetail = {
  source: 'zendesk'
  number: number
  topic: TicketTopic
  channel: 'email' | 'web' | 'chat'
  address: Address
  createdAt: number
  status: 'open' | 'solved'
  rating: 'good' | 'bad' | 'offered' | undefined
  comment: string | undefined
}
export type SurveyDetail = {
  source: 'delighted'
  number: number
  address: Address
  score: number
  comment: string | undefined
  createdAt: number
  updated: boolean
}
export type ContactDetail = {
  source: 'hubspot'
  number: number
  email: string
  phone: string
  stage: 'Subscriber' | 'Lead' | 'Customer'
  arrival: Arrival
  campaign: string | undefined
  createdAt: number
  boughtAt: number | undefined
  activeAt: number
  company: string
}
export type Detail =
  | WebDetail
  | MailDetail
  | OrderDetail
  | TicketDetail
  | SurveyDetail
  | ContactDetail
export type TouchSource = Detail['source']

/** One row of an export, with what only the simulation knows: whose it is and what ties it to the person's other rows. */
export interface Touch<D extends Detail = Detail> {
  person: Person
  /** When it happened and when the export received it, in milliseconds since 1970. */
  at: number
  receivedAt: number
  /** Numbers the records of a person in a source; later versions and re-sent copies repeat it. */
  ordinal: number
  /** True when an earlier row already carries this record. */
  copy: boolean
  /** The identifiers in this row that belong to this person alone (see links.ts). */
  links: number
  /** The group of the person's records that such identifiers connect; -1 when this row has none. */
  group: number
  detail: D
}
