import { mailArrival } from '../catalog.js'
import { hexOf, uuidOf } from '../random.js'
import type { MailDetail, Touch } from '../touch.js'
import { utmSearch } from './segment.js'
import { isoSecond } from './time.js'

const metrics: Record<MailDetail['metric'], string> = {
  'Received Email': 'R3cv1d',
  'Opened Email': 'Op3n3d',
  'Clicked Email': 'Q4q6PC',
  'Unsubscribed from Email Marketing': 'Uns8b5',
}

export const mailEventId = (seed: number, touch: Touch): string =>
  hexOf(seed, 4, touch.person.index, touch.ordinal).slice(0, 22)

/** One line of a Klaviyo event export with the metric and the profile's address beside it. */
export function klaviyoLine(seed: number, touch: Touch<MailDetail>): string {
  const { detail, person, ordinal, at } = touch
  const campaign = { arrival: mailArrival, campaign: detail.campaign }
  const url = { URL: `https://shop.example/?${utmSearch(campaign)}` }
  const seconds = Math.floor(at / 1000)
  return JSON.stringify({
    type: 'event',
    id: mailEventId(seed, touch),
    attributes: {
      timestamp: seconds,
      datetime: `${isoSecond(at)}+00:00`,
      uuid: uuidOf(seed, 7, person.index, ordinal),
      event_properties: {
        Subject: detail.subject,
        'Campaign Name': detail.campaign,
        ...(detail.metric === 'Clicked Email' ? url : {}),
        $attribution: {},
      },
    },
    relationships: {
      profile: { data: { type: 'profile', id: profileId(seed, detail.address.key) } },
      metric: { data: { type: 'metric', id: metrics[detail.metric] } },
    },
    included_metric_name: detail.metric,
    included_profile_email: detail.address.text,
  })
}

const profileId = (seed: number, mailbox: number): string =>
  `01${hexOf(seed, 8, mailbox).toUpperCase().slice(0, 24)}`
