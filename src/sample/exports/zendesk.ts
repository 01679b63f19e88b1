import { scrambled } from '../random.js'
import type { TicketDetail, Touch } from '../touch.js'
import { isoSecond } from './time.js'

export const ticketRecordId = (touch: Touch<TicketDetail>): string => String(ticketId(touch))

/** At most 64 tickets a person keep their own numbers. */
const ticketId = ({ person, detail }: Touch<TicketDetail>): number =>
  scrambled(person.index * 64 + (detail.number % 64))

/** One line of a Zendesk incremental export: the ticket as it stood at `updated_at`. */
export function zendeskLine(touch: Touch<TicketDetail>): string {
  const { detail, person, at } = touch
  const id = ticketId(touch)
  const requester = 20_000_000_000 + scrambled(detail.address.key)
  return JSON.stringify({
    id,
    url: `https://company.zendesk.example/api/v2/tickets/${id}.json`,
    external_id: null,
    type: detail.topic.tag === 'delivery' ? 'incident' : 'question',
    subject: detail.topic.subject,
    raw_subject: detail.topic.subject,
    description: detail.topic.description,
    priority: detail.topic.tag === 'delivery' ? 'high' : 'normal',
    status: detail.status,
    recipient: 'support@shop.example',
    requester_id: requester,
    submitter_id: requester,
    assignee_id: 235323,
    organization_id: null,
    group_id: 98738,
    tags: [detail.topic.tag],
    custom_fields: [],
    satisfaction_rating: rating(detail, id, at),
    via: via(detail, `${person.firstName} ${person.lastName}`),
    created_at: second(detail.createdAt),
    updated_at: second(at),
  })
}

function rating({ rating, comment }: TicketDetail, ticket: number, at: number): object | null {
  if (rating === undefined) return null
  if (rating === 'offered') return { score: 'offered' }
  return {
    id: ticket + 5_000_000_000,
    score: rating,
    comment: comment ?? null,
    created_at: second(at),
  }
}

/** A ticket by e-mail shows who wrote it; one from a form or a chat names the requester alone. */
function via({ channel, address }: TicketDetail, name: string): object {
  if (channel !== 'email') return { channel }
  const to = { address: 'support@shop.example', name: 'Support' }
  return { channel, source: { from: { address: address.text, name }, to, rel: null } }
}

const second = (at: number): string => `${isoSecond(at)}Z`
