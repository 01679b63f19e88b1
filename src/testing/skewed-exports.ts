import type { Config } from '../config.js'
import type { Storage } from '../storage/storage.js'
import { times } from './skewed-tables.js'

const events = 20_000 * times
const customers = 2000 * times
const objects = 8
const kinds = 13
const start = Date.UTC(2024, 0, 1)
const secondsApart = Math.floor((365 * 86_400) / events) || 1

/** Reads what `writeSkewedExports` writes. */
export const skewedSources: Config['sources'] = {
  log: {
    preset: 'event_log',
    prefix: 'log/',
    stream: 'web',
    columns: {
      customer: 'customer',
      event: 'event',
      time: 'time',
      email: 'email',
      page_url: 'page',
    },
    currency: 'EUR',
  },
}

/** An event log as uneven as exports may be: one customer has a twentieth of all events, and every other one a mailbox that all of them share. */
export async function writeSkewedExports(raw: Storage): Promise<void> {
  const perObject = events / objects
  for (let object = 0; object < objects; object++) {
    const lines = Array.from({ length: perObject }, (_, index) =>
      eventLine(object * perObject + index),
    )
    await raw.write(
      `log/part-${object}.csv`,
      `customer,event,time,email,page,revenue\n${lines.join('')}`,
    )
  }
}

function eventLine(no: number): string {
  const customer = no % customers
  const id = no % 20 === 0 ? 'busy' : `c${customer}`
  const email = id !== 'busy' && customer % 2 === 1 ? 'everybody@crowd.example' : ''
  const kind = (no * 7919) % kinds
  const time = new Date(start + no * secondsApart * 1000).toISOString()
  const bought = kind === 0 ? ['order_completed', '19.90'] : [`event_${kind}`, '']
  return `${id},${bought[0]},${time},${email},https://shop.example/p/${kind},${bought[1]}\n`
}
