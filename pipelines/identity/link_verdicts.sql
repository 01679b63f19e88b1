-- One row per identifier set and identifier in it, as numbers: whether the link holds, and why.
with judged as (
  select
    l.set_key, l.identifier_key, l.type_key,
    case
      when l.refusal is not null then l.refusal
      when a.grounds is not null then null
      when g.reason is not null then g.reason
      when c.conflict = -1 then 'name_conflict'
      when c.conflict = -2 then 'birth_date_conflict'
      when c.conflict is not null and r.kind in ('device', 'group') then 'shared_' || r.kind
      when c.conflict is not null then 'unique_conflict'
    end as refusal,
    case a.grounds when 1 then 'name_agreement' when 2 then 'nothing_else_known' end as grounds,
    case when l.refusal is null and c.conflict >= 0 then c.conflict end as conflict_type_key
  from set_links l
  join identifier_rules r on r.type_key = l.type_key
  left join agreed_links a on a.set_key = l.set_key and a.identifier_key = l.identifier_key
  left join identifier_guards g on g.identifier_key = l.identifier_key
  left join identifier_conflicts c on c.identifier_key = l.identifier_key
)
select
  j.set_key,
  j.identifier_key,
  j.type_key,
  m.component,
  j.refusal is null as is_accepted,
  coalesce(j.refusal, j.grounds) as reason,
  cast(j.conflict_type_key as int) as conflict_type_key
from judged j
join identity_components m on m.set_key = j.set_key
