-- One row per page or referrer address that events carry: taken apart once, not once an event.
with addresses as (
  select page_url as address from events where page_url is not null group by page_url
  union
  select referrer_url as address from events where referrer_url is not null group by referrer_url
), parts as (
  -- Parameters are taken out here, once: a function of the vocabulary may work its argument out wherever it names it.
  select address, url_host(address) as host,
    lower(url_path(address)) as path,
    contains(address, '?') as has_parameters,
    case when contains(address, '?') then url_param(address, 'utm_source') end as utm_source,
    case when contains(address, '?') then url_param(address, 'utm_medium') end as utm_medium,
    case when contains(address, '?') then url_param(address, 'utm_campaign') end as utm_campaign,
    case when contains(address, '?') then url_param(address, 'utm_term') end as utm_term,
    case when contains(address, '?') then url_param(address, 'utm_content') end as utm_content
  from addresses
), ignored_hosts as (
  select host from ignored_referrers
  union
  select lower(trim(own.host)) as host
  from (select explode(parts) as host from (select split_list(journeys_own_domains(), ',') as parts) as lists) own
  where trim(own.host) <> ''
), own_pages as (
  select distinct p.address
  from parts p
  join ignored_hosts i on p.host = i.host or endswith(p.host, '.' || i.host)
), clicks as (
  select p.address, min_by(c.click_id_type, c.priority) as click_id_type
  from parts p
  join click_ids c on contains(p.address, c.click_id_type || '=')
  where p.has_parameters
  group by p.address
)
select
  p.address,
  p.host,
  -- Numbers and long ids become :id, so that a page is one node whatever it shows.
  case when p.path is not null then coalesce(nullif(regexp_replace(replace(regexp_replace(
    replace(p.path, '/', '//') || '/',
    '/([0-9]+|[0-9a-f]{24,64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/', '/:id/'),
    '//', '/'), '/+$', ''), ''), '/') end as page_path,
  o.address is null and p.host is not null as is_referrer,
  blank_to_null(p.utm_source) as utm_source,
  blank_to_null(p.utm_medium) as utm_medium,
  blank_to_null(p.utm_campaign) as utm_campaign,
  blank_to_null(p.utm_term) as utm_term,
  blank_to_null(p.utm_content) as utm_content,
  c.click_id_type
from parts p
left join own_pages o on o.address = p.address
left join clicks c on c.address = p.address
