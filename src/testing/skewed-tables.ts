/** How many times as large as usual: at 100, a mailbox is shared by 100,000 customers. */
export const times = Number(process.env.THROUGHLINE_SKEW ?? 1)
const touchpoints = 20_000 * times
const sets = 10_000 * times

/**
 * Tables as uneven as those of real exports may be, by the SELECT that makes them on any engine: one customer has a
 * twentieth of all touchpoints, and a mailbox is shared by every tenth of the customers.
 */
export const skewedTables: Readonly<Record<string, string>> = {
  touchpoints: `
    with numbered as (select explode(sequence(1, ${touchpoints})) as no)
    , given as (
      select cast(no as bigint) as sequence_no, case when no % 20 = 0 then 'busy' else 'c' || cast(no % 997 as string) end as customer_id
      from numbered
    )
    select customer_id, sequence_no,
      'node ' || cast(sequence_no * 7919 % 13 as string) as node,
      customer_id || '-' || cast(integer_division(sequence_no, 500) as string) as session_id,
      customer_id || '-j' as journey_id,
      case when sequence_no % 11 = 0 then 'purchase' end as goal_id,
      timestamp_of_micros(1700000000000000 + sequence_no * 60000000) as occurred_at,
      'second' as time_precision
    from given`,
  set_sources: `
    with numbered as (select explode(sequence(1, ${sets})) as no)
    , given as (
      select no, 'anonymous_id=d' || md5(cast(no as string)) || chr(31) || 'user_id=u' || cast(no as string)
        || case when no % 3 = 0 then chr(31) || 'phone=+44' || cast(7000000000 + no as string) else '' end
        || case when no % 10 = 0 then chr(31) || 'email=everybody@crowd.example' else '' end as identifiers
      from numbered
    )
    select id_of(identifiers) as identifier_set_id, 'web' as source, identifiers, cast(no % 5 + 1 as bigint) as records,
      timestamp_of_micros(1700000000000000 + cast(no as bigint) * 60000000) as first_seen_at,
      timestamp_of_micros(1700000000000000 + cast(no as bigint) * 70000000) as last_seen_at,
      cast(1000000 + no as string) as first_record
    from given`,
  profiles: `
    with numbered as (select explode(sequence(0, ${sets - 1})) as set_no)
    select s.identifier_set_id, cast(1 as bigint) as records,
      'first_name=' || substr(md5(cast(n.set_no % 300 as string)), 1, 6) || chr(31) || 'last_name=' || substr(md5(cast(n.set_no as string)), 1, 6)
        || case when n.set_no % 4 = 0 then chr(31) || 'birth_date=19' || cast(70 + n.set_no % 30 as string) || '-05-17' else '' end as attributes
    from numbered n
    join identifier_sets s on s.set_key = n.set_no`,
}

/** Models whose tables are made of these. */
export const madeOfSkewed: readonly string[] = [
  'identifier_guards',
  'identifier_rules',
  'identifier_sets',
  'identifier_values',
  'identifiers',
  'path_steps',
  'path_units',
  'paths',
  'set_identifiers',
  'set_links',
  'set_traits',
]
