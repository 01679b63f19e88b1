import { scrambled } from '../random.js'
import type { ContactDetail, Touch } from '../touch.js'

export const hubspotHeader =
  'Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Lead Status,Original Source,Original Source Drill-Down 1,First Conversion,First Conversion Date,Create Date,Last Activity Date,Became a Customer Date,Close Date,Associated Company'

export const contactId = ({ person, ordinal }: Touch): string =>
  String(scrambled(person.index * 2 + (ordinal % 2) + 2 ** 28))

/** One row of a HubSpot contact export; its times are those of a portal set to UTC. */
export function hubspotLine(touch: Touch<ContactDetail>): string {
  const { detail, person } = touch
  const boughtAt = detail.boughtAt === undefined ? '' : portalTime(detail.boughtAt)
  return [
    contactId(touch),
    person.firstName,
    person.lastName,
    detail.email,
    detail.phone,
    detail.stage,
    '',
    sources[detail.arrival.name] ?? detail.arrival.name,
    detail.campaign ?? '',
    'Newsletter: Footer form',
    portalTime(detail.createdAt),
    portalTime(detail.createdAt),
    portalTime(Math.max(detail.createdAt, detail.activeAt)),
    boughtAt,
    boughtAt.slice(0, 10),
    detail.company,
  ]
    .map(csvField)
    .join(',')
}

/** The portal's words for the channels that it names otherwise. */
const sources: Record<string, string> = {
  Direct: 'Direct Traffic',
  Referral: 'Referrals',
  Display: 'Other Campaigns',
}

/** A CSV field, quoted where the text needs it (RFC 4180). */
const csvField = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

const portalTime = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
