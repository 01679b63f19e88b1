-- One row per user agent that events carry, with whether it is a bot.
with agents as (
  select user_agent from events where user_agent is not null group by user_agent
), bots as (
  select distinct a.user_agent
  from agents a
  join bot_patterns b on contains(lower(a.user_agent), b.pattern)
)
select a.user_agent, b.user_agent is not null as is_bot
from agents a
left join bots b on b.user_agent = a.user_agent
