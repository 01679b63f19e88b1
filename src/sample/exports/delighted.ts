import { hexOf, scrambled } from '../random.js'
import type { SurveyDetail, Touch } from '../touch.js'

export const responseId = ({ person, detail }: Touch<SurveyDetail>): string =>
  String(scrambled(person.index * 64 + (detail.number % 64) + 2 ** 29))

/** One Delighted webhook call: a response created, or updated with its comment. */
export function delightedLine(seed: number, touch: Touch<SurveyDetail>): string {
  const { detail, person } = touch
  const verb = detail.updated ? 'updated' : 'created'
  return JSON.stringify({
    event_type: `survey_response.${verb}`,
    event_id: `e-${hexOf(seed, 12, person.index, touch.ordinal, detail.updated ? 1 : 0).slice(0, 16)}`,
    event_data: {
      id: responseId(touch),
      person: {
        id: String(5_000_000_000 + scrambled(detail.address.key)),
        email: detail.address.text,
        name: person.firstName,
        created_at: seconds(detail.createdAt) - 600,
      },
      survey_type: 'nps',
      score: detail.score,
      comment: detail.comment ?? null,
      permalink: `https://delighted.example/r/${responseId(touch)}`,
      created_at: seconds(detail.createdAt),
      updated_at: seconds(touch.at),
      person_properties: null,
      notes: [],
      tags: [],
    },
  })
}

const seconds = (at: number): number => Math.floor(at / 1000)
