import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

/** What of a Segment message makes another one of it. */
interface Message {
  anonymousId: string
  timestamp: string
}

/** Page views of known visitors, later than all page views there are. */
export interface NextViews {
  /** How many visitors there are. */
  visitors: number
  /** So many of one visitor each, of visitors who have had none yet before anybody's turn comes again. */
  take(visitors: number, viewsEach: number): string[]
  /** Lets milliseconds pass before the next view. */
  wait(milliseconds: number): void
}

/**
 * Makes page views of the visitors of sample exports: each like the visitor's last one, a millisecond after the one
 * before, with an id of its own.
 */
export async function nextViews(
  rawFolder: string,
  webObjects: readonly string[],
): Promise<NextViews> {
  const last = new Map<string, Message>()
  for (const object of webObjects) await takeLast(path.join(rawFolder, object), last)
  // In the order of a hash: in that of their first visit, those with the longest histories would come first.
  const visitors = [...last.values()].sort((a, b) => (a.anonymousId < b.anonymousId ? -1 : 1))
  let at = visitors.reduce((latest, { timestamp }) => Math.max(latest, Date.parse(timestamp)), 0)
  let made = 0
  let next = 0
  const viewOf = (message: Message): string => {
    const time = new Date(++at).toISOString()
    const times = { originalTimestamp: time, sentAt: time, receivedAt: time, timestamp: time }
    return JSON.stringify({ ...message, ...times, messageId: `next-${++made}` })
  }
  return {
    visitors: visitors.length,
    take(wanted, viewsEach) {
      const coming = Array.from({ length: wanted }, () => visitors[next++ % visitors.length]!)
      return Array.from({ length: viewsEach }, () => coming.map(viewOf)).flat()
    },
    wait(milliseconds) {
      at += milliseconds
    },
  }
}

async function takeLast(file: string, last: Map<string, Message>): Promise<void> {
  for (const line of gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n')) {
    // Some lines of the sample are cut short, as in real exports.
    if (!line.startsWith('{"type":"page"') || !line.endsWith('}')) continue
    const message = JSON.parse(line) as Message
    last.set(message.anonymousId, message)
  }
}
