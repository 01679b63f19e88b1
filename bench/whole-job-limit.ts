import { DuckDBInstance } from '@duckdb/node-api'
import { reportCost } from './measure.js'

/**
 * What anybody would write first for these exports: detected columns, the few that matter side by side and the rest of
 * a web or e-mail event as JSON text, as `touchpoints.properties` keeps it; no identity.
 */
function touchpointsSelect(rawFolder: string): string {
  const json = (prefix: string) =>
    `read_json('${rawFolder}/${prefix}/*', format = 'newline_delimited', ignore_errors = true, union_by_name = true)`
  const csv = (prefix: string) => `read_csv('${rawFolder}/${prefix}/*')`
  return `
select 'web' as source, coalesce(userId, anonymousId::varchar) as customer,
  try_cast("timestamp" as timestamp) as occurred_at, coalesce(event, name, type) as event,
  messageId as id, traits.email as email, context.page.url as page_url,
  context.page.title as title, context.page.referrer as referrer,
  context.userAgent as user_agent, context.campaign as campaign,
  properties.order_id as order_id, properties.revenue::double as revenue,
  properties.currency as currency, properties.product_id as product, properties::json::varchar as properties
from ${json('segment')}
union all by name
select 'email' as source, included_profile_email as customer,
  attributes.datetime as occurred_at, included_metric_name as event,
  id, included_profile_email as email, attributes.event_properties.URL as page_url,
  attributes.event_properties.Subject as title, attributes.event_properties::json::varchar as properties
from ${json('klaviyo')}
union all by name
select 'support' as source, via.source."from".address as customer,
  created_at as occurred_at, status as event,
  id::varchar as id, via.source."from".address as email, subject as title, description as text
from ${json('zendesk')}
union all by name
select 'shop' as source, email as customer,
  processed_at as occurred_at, financial_status as event,
  id::varchar as id, email, phone, landing_site as page_url, referring_site as referrer,
  id::varchar as order_id, total_price::double as revenue, currency, line_items[1].sku as product
from ${json('shopify')}
union all by name
select 'nps' as source, event_data.person.email as customer,
  make_timestamp(event_data.created_at * 1000000) as occurred_at, event_type as event,
  event_id as id, event_data.person.email as email, event_data.score as score,
  event_data.comment as text
from ${json('delighted')}
union all by name
select 'crm' as source, "Email" as customer,
  "Create Date" as occurred_at, "Lifecycle Stage" as event,
  "Record ID"::varchar as id, "Email" as email, "Phone Number"::varchar as phone,
  "First Name" as first_name, "Last Name" as last_name
from ${csv('hubspot')}
union all by name
select 'search_ads' as source, null as customer,
  date as occurred_at, 'ad_spend' as event,
  campaign_name as title, cost_micros / 1000000 as revenue, currency_code as currency
from ${csv('google_ads')}`
}

/** The limit, in a process of its own: the same objects read, sorted by customer and time, written as one Parquet table. */
async function writeSortedTable(): Promise<void> {
  const { RAW_FOLDER, SCRATCH_FOLDER, THREADS, MEMORY_MEGABYTES } = process.env
  const instance = await DuckDBInstance.create(`${SCRATCH_FOLDER}/limit.duckdb`, {
    threads: THREADS!,
    memory_limit: `${MEMORY_MEGABYTES}MB`,
    temp_directory: `${SCRATCH_FOLDER}/spill`,
  })
  const connection = await instance.connect()
  await connection.run(
    `copy (${touchpointsSelect(RAW_FOLDER!)} order by customer, occurred_at)
    to '${SCRATCH_FOLDER}/touchpoints.parquet' (format parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
}

await writeSortedTable()
reportCost()
