import type { SourceConfig } from '../config.js'

/** A file of the shared `journeys/exports/shapes`: an export as its system writes it. */
interface ExportShape {
  file: string
  source: string
  preset: string
  /** How many it holds. */
  touchpoints: number
}

const shape = (
  file: string,
  source: string,
  touchpoints: number,
  preset: string = source,
): ExportShape => ({ file, source, preset, touchpoints })

export const exportShapes: readonly ExportShape[] = [
  shape('segment.ndjson', 'segment', 3),
  shape('rudderstack.ndjson', 'rudderstack', 1),
  shape('ga4_bigquery.ndjson', 'ga4', 2),
  shape('snowplow_enriched.tsv', 'snowplow', 1),
  shape('delighted_webhook.ndjson', 'delighted', 1),
  shape('typeform_webhook.ndjson', 'typeform', 1),
  shape('zendesk_tickets.ndjson', 'zendesk', 2),
  shape('klaviyo_events.ndjson', 'klaviyo', 1),
  shape('hubspot_contacts.csv', 'hubspot', 2, 'hubspot_contacts'),
  shape('salesforce_opportunities.csv', 'salesforce', 2, 'salesforce_opportunities'),
  shape('shopify_orders.ndjson', 'shopify', 1),
  shape('sendgrid_webhook.ndjson', 'sendgrid', 2),
  shape('intercom_conversation.json', 'intercom', 1),
  shape('mailchimp_member_activity.csv', 'mailchimp', 1),
  shape('meta_ads_insights.ndjson', 'meta_ads', 0),
]

/** What a config says of them, each below the root by its own name. */
export const shapeSources: Readonly<Record<string, SourceConfig>> = Object.fromEntries(
  exportShapes.map(({ file, source, preset }) => [
    source,
    { preset, prefix: file, ...(file.endsWith('.tsv') ? { format: 'tsv' as const } : {}) },
  ]),
)
