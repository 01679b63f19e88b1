import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import type { SourceConfig } from '../config.js'
import { builtInFolder } from '../project.js'
import { collectFiles } from '../testing/collect-files.js'

const exports = path.resolve(builtInFolder, '../shared/data/journeys/exports')
const whenShared = existsSync(exports) ? test : test.skip

/** A preset, with what the books say of the table: rows kept, duplicate and rejected. */
type Loaded = [preset: string, kept: number, duplicates: number, rejected: number]

/** Every table of warehouse exports: the preset that reads it, or why it is no preset's input. */
const tables: Record<string, Loaded | string> = {
  'amplitude/amplitude_event_data.csv': ['event_log', 10, 0, 0],
  'amplitude/amplitude_event_type_data.csv': 'a list of event types',
  'facebook_ads/facebook_ads_ad_history_data.csv': 'names of ads, no spend',
  'facebook_ads/facebook_ads_basic_ad_actions_data.csv': 'actions of ads without spend',
  'facebook_ads/facebook_ads_basic_ad_data.csv': ['meta_ads', 10, 0, 0],
  'facebook_ads/facebook_ads_campaign_history_data.csv': 'names of campaigns, no spend',
  'ga4/bigquery_event.ndjson': ['ga4', 1, 0, 0],
  'ga4/event_data.csv': ['ga4', 6, 0, 0],
  'google_ads/ad_history_data.csv': 'names of ads, no spend',
  'google_ads/ad_stats_data.csv': ['google_ads', 10, 0, 0],
  'google_ads/campaign_history_data.csv': 'names of campaigns, no spend',
  'google_ads/campaign_stats_data.csv': ['google_ads', 16, 0, 0],
  'hubspot/contact_data.csv': ['hubspot_contacts', 22, 0, 0],
  'hubspot/contact_form_submission_data.csv': ['hubspot_contacts', 5, 0, 0],
  'hubspot/contact_merge_audit_data.csv': ['hubspot_contacts', 4, 0, 0],
  'hubspot/deal_contact_data.csv': 'deals have several contacts: join them first',
  'hubspot/deal_data.csv': 'deals name no person',
  'hubspot/email_campaign_data.csv': 'names of campaigns',
  'hubspot/email_event_click_data.csv': 'details of email_event rows, without time and recipient',
  'hubspot/email_event_data.csv': ['hubspot_engagements', 0, 0, 100],
  'hubspot/email_event_open_data.csv': 'details of email_event rows, without time and recipient',
  'hubspot/engagement_call_data.csv': ['hubspot_engagements', 0, 0, 1],
  'hubspot/engagement_contact_data.csv': ['hubspot_engagements', 0, 0, 1],
  'hubspot/engagement_data.csv': ['hubspot_engagements', 0, 0, 1],
  'hubspot/engagement_email_data.csv': ['hubspot_engagements', 0, 0, 1],
  'hubspot/engagement_note_data.csv': ['hubspot_engagements', 0, 0, 1],
  'hubspot/ticket_contact_data.csv': 'tickets have several contacts: join them first',
  'hubspot/ticket_data.csv': 'tickets name no person',
  'intercom/contact_history_data.csv': ['intercom', 9, 0, 0],
  'intercom/conversation_contact_history_data.csv': ['intercom', 9, 0, 0],
  'intercom/conversation_history_data.csv': ['intercom', 2, 7, 0],
  'intercom/conversation_part_history_data.csv': ['intercom', 8, 0, 1],
  'intercom/conversation_tag_history_data.csv': ['intercom', 0, 0, 9],
  'iterable/campaign_history_data.csv': 'names of campaigns',
  'iterable/event_data.csv': ['event_log', 6, 0, 0],
  'iterable/event_extension_data.csv': 'details of event rows, without time and person',
  'klaviyo/campaign.csv': 'names of campaigns',
  'klaviyo/event.csv': ['klaviyo', 4, 0, 0],
  'klaviyo/flow.csv': 'names of flows',
  'klaviyo/metric.csv': 'names of metrics',
  'klaviyo/person.csv': ['klaviyo', 2, 0, 0],
  'mailchimp/automation_recipient_activity.csv': ['mailchimp', 8, 0, 0],
  'mailchimp/campaign.csv': 'names of campaigns',
  'mailchimp/campaign_recipient.csv': ['mailchimp', 0, 0, 10],
  'mailchimp/campaign_recipient_activity.csv': ['mailchimp', 17, 0, 0],
  'mailchimp/list.csv': 'names of lists',
  'mailchimp/member.csv': ['mailchimp', 8, 1, 0],
  'mailchimp/unsubscribe.csv': ['mailchimp', 1, 0, 0],
  'mixpanel/event.csv': ['event_log', 3, 2, 0],
  'salesforce/sf_account_data.csv': 'accounts name no person',
  'salesforce/sf_contact_data.csv': ['salesforce_contacts', 4, 0, 0],
  'salesforce/sf_event_data.csv': ['salesforce_tasks', 10, 0, 0],
  'salesforce/sf_lead_data.csv': ['salesforce_leads', 1, 0, 0],
  'salesforce/sf_opportunity_data.csv': ['salesforce_opportunities', 0, 0, 10],
  'salesforce/sf_opportunity_history_data.csv': ['salesforce_opportunities', 0, 0, 10],
  'salesforce/sf_task_data.csv': ['salesforce_tasks', 10, 0, 0],
  'segment/pages_warehouse_table.csv': ['segment', 1, 0, 0],
  'shopify/shopify_abandoned_checkout_data.csv': ['shopify', 3, 0, 0],
  'shopify/shopify_customer_data.csv': ['shopify', 4, 0, 0],
  'shopify/shopify_fulfillment_event_data.csv': ['shopify', 5, 0, 0],
  'shopify/shopify_gql_customer_data.csv': ['shopify', 10, 0, 0],
  'shopify/shopify_gql_customer_visit_data.csv': ['shopify', 10, 0, 0],
  'shopify/shopify_gql_order_data.csv': ['shopify', 4, 0, 5],
  'shopify/shopify_order_data.csv': ['shopify', 8, 0, 0],
  'shopify/shopify_order_line_data.csv': ['shopify', 0, 0, 3],
  'shopify/shopify_refund_data.csv': ['shopify', 5, 0, 0],
  'stripe/api_objects.json': ['stripe', 0, 0, 1],
  'stripe/charge_data.csv': ['stripe', 16, 0, 0],
  'stripe/customer_data.csv': ['stripe', 11, 0, 1],
  'stripe/dispute_data.csv': ['stripe', 12, 0, 0],
  'stripe/invoice_data.csv': ['stripe', 1, 0, 1],
  'stripe/payment_intent_data.csv': ['stripe', 0, 0, 11],
  'stripe/refund_data.csv': ['stripe', 4, 0, 0],
  'stripe/subscription_history_data.csv': ['stripe', 2, 0, 0],
  'zendesk/ticket_chat_data.csv': ['zendesk', 7, 3, 0],
  'zendesk/ticket_chat_event_data.csv': ['zendesk', 0, 0, 12],
  'zendesk/ticket_comment_data.csv': ['zendesk', 20, 0, 0],
  'zendesk/ticket_data.csv': ['zendesk', 8, 0, 2],
  'zendesk/ticket_field_history_data.csv': ['zendesk', 27, 3, 8],
  'zendesk/ticket_tag_data.csv': 'tags of tickets, no event',
  'zendesk/user_data.csv': ['zendesk', 9, 0, 1],
}

const columns: Record<string, SourceConfig['columns']> = {
  'amplitude/amplitude_event_data.csv': {
    customer: 'user_id',
    event: 'event_type',
    time: 'event_time',
    id: 'uuid',
    device: 'device_id',
    session: 'session_id',
  },
  'mixpanel/event.csv': {
    customer: 'distinct_id',
    event: 'name',
    time: 'time',
    id: 'insert_id',
    device: 'device_id',
  },
  'iterable/event_data.csv': {
    customer: '_fivetran_user_id',
    email: 'email',
    event: 'event_name',
    time: 'created_at',
    id: '_fivetran_id',
  },
}

const sourceOf = (file: string): string => file.replace(/\W+/g, '_')

whenShared(
  'every exported table loads with balanced books or is known to be no input',
  async () => {
    const found = readdirSync(exports, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.(csv|ndjson|json)$/.test(file) && !file.startsWith('shapes'),
    )
    expect(Object.keys(tables).sort()).toEqual(found.sort())
    const loaded = Object.entries(tables).filter((entry): entry is [string, Loaded] =>
      Array.isArray(entry[1]),
    )
    const collected = await collectFiles(
      exports,
      Object.fromEntries(
        loaded.map(([file, [preset]]) => [
          sourceOf(file),
          { preset, prefix: file, ...(columns[file] ? { columns: columns[file] } : {}) },
        ]),
      ),
    )
    const lines = loaded.map(([file, [preset]]) => {
      const { kept, duplicates, rejected } = collected.get(sourceOf(file))!
      return [file, [preset, kept, duplicates, rejected]]
    })
    expect(Object.fromEntries(lines)).toEqual(Object.fromEntries(loaded))
  },
)
