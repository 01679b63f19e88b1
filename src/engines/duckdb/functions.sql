-- The shared vocabulary on DuckDB: Spark's names where DuckDB differs, then Throughline's own words.
-- Answers, nulls included, are fixed by src/engines/functions.cases.yaml.

-- Spark's names
create or replace macro size(l) as len(l);
create or replace macro explode(l) as unnest(l);
create or replace macro collect_list(x) as coalesce(list(x) filter (where x is not null), []);
create or replace macro max_by(x, k) as arg_max_null(x, k);
create or replace macro min_by(x, k) as arg_min_null(x, k);
create or replace macro count_if(p) as cast(count(*) filter (where p) as bigint);
create or replace macro startswith(s, p) as starts_with(s, p);
create or replace macro endswith(s, p) as ends_with(s, p);
create or replace macro regexp_like(s, p) as regexp_matches(s, p);
create or replace macro regexp_replace(s, p, r) as system.main.regexp_replace(s, p, r, 'g');
create or replace macro get_json_object(j, p) as try(json_extract_string(j, p));
create or replace macro sha2(s, bits) as sha256(s);
create or replace macro try_element_at(l, i) as l[i];
create or replace macro array_join(l, sep) as array_to_string(l, sep);
create or replace macro array_sort(l) as list_sort(l, 'ASC', 'NULLS LAST');
create or replace macro array_position(l, x) as coalesce(list_position(l, x), 0);
create or replace macro slice(l, start, n) as list_slice(l, start, start + n - 1);
create or replace macro nvl(a, b) as coalesce(a, b);

-- Own words: identifiers of rows, arithmetic, time
create or replace macro id_of(s) as substr(md5(s), 1, 20);
-- Of an earliest record, as set_sources has it: its time in 18 digits, then its id.
create or replace macro customer_id_of(first_record) as id_of('customer' || chr(31) || substr(first_record, 19));
create or replace macro safe_ratio(a, b) as cast(a as double) / nullif(cast(b as double), 0);
create or replace macro integer_division(a, b) as cast(a as bigint) // nullif(cast(b as bigint), 0);
create or replace macro whole_number(x) as cast(trunc(x) as bigint);
create or replace macro epoch_micros(t) as epoch_us(t);
create or replace macro timestamp_of_micros(us) as make_timestamp(cast(us as bigint));
create or replace macro add_days(d, n) as cast(d + to_days(cast(n as integer)) as date);
create or replace macro days_between(a, b) as cast(cast(b as date) - cast(a as date) as bigint);
-- Times are UTC, so for that zone a cast is the local date; to go through a zone costs far more.
create or replace macro local_date(t, zone) as
  case when zone = 'UTC' then cast(t as date) else cast(timezone(zone, timezone('UTC', t)) as date) end;
create or replace macro json_list(j, p) as try(cast(json_extract(j, p || '[*]') as varchar[]));
create or replace macro split_list(s, sep) as string_split(s, sep);
create or replace macro shift_list(l) as l[2:];

-- Own words: text of exports
-- `trim` looks up every character of a text, which costs more than reading it from JSON; most texts need none.
create or replace macro trimmed(s) as
  case when strlen(s) = length(s) and not starts_with(s, ' ') and not ends_with(s, ' ') then s else trim(s) end;
create or replace macro blank_to_null(s) as
  case when strlen(s) <= 20 and lower(trim(s)) in ('null', 'undefined', '(not set)', 'n/a', 'nan') then null else nullif(trimmed(s), '') end;
create or replace macro snake_case(s) as case when regexp_matches(s, '^[a-z0-9]+(_[a-z0-9]+)*$') then s else
  nullif(trim(system.main.regexp_replace(lower(system.main.regexp_replace(trimmed(s), '([a-z0-9])([A-Z])', '\1_\2', 'g')), '[^\p{L}\p{M}\p{N}]+', '_', 'g'), '_'), '') end;
create or replace macro without_entities(s) as
  replace(replace(replace(replace(replace(replace(s, '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&amp;', '&');
create or replace macro strip_html(s) as
  nullif(trimmed(system.main.regexp_replace(without_entities(system.main.regexp_replace(s, '<[^>]*>', ' ', 'g')), '[ \t\r\n]+', ' ', 'g')), '');
create or replace macro url_host(u) as
  nullif(system.main.regexp_replace(lower(regexp_extract(u, '^[a-zA-Z][a-zA-Z0-9+.-]*://([^/?#:@]+@)?([^/?#:]+)', 2)), '^www[.]', ''), '');
create or replace macro url_path(u) as
  coalesce(nullif(rtrim(regexp_extract(u, '^([a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)?([^?#]*)', 2), '/'), ''), case when u is null then null else '/' end);
-- A value that is not of UTF-8, such as Fr%FChling, stays as it is spelled.
create or replace macro url_param(u, name) as
  nullif(coalesce(try(url_decode(replace(regexp_extract(u, '[?&]' || name || '=([^&#]*)', 1), '+', ' '))), regexp_extract(u, '[?&]' || name || '=([^&#]*)', 1)), '');

-- Own words: identifiers. A record carries them as 'type=value' joined by chr(31).
create or replace macro email_of(s) as
  case when not contains(s, '@') then null
    when regexp_matches(s, '^ *[^@ \x00-\x1f<>,;]+@[^@ \x00-\x1f<>,;]+[.][^@ \x00-\x1f<>,;.]+ *$') then lower(trimmed(s))
    when regexp_matches(s, '^[ \t\r\n]*[^@ \x00-\x1f<>,;]+@[^@ \x00-\x1f<>,;]+[.][^@ \x00-\x1f<>,;.]+[ \t\r\n]*$')
    then lower(trimmed(translate(s, chr(9) || chr(10) || chr(13), ''))) end;
-- What a spreadsheet makes of a long number, 4.91701E+11, is that of many.
create or replace macro is_rounded(s) as regexp_matches(s, '[0-9][eE][+][0-9]');
-- No regular expression: in the WHERE that looks for such ids one cost a quarter of all that is worked out of records.
create or replace macro is_rounded_id(s) as contains(s, 'E+') and contains(translate(s, '123456789', '000000000'), '0E+0');
create or replace macro phone_digits(s) as system.main.regexp_replace(s, '[^0-9]', '', 'g');
-- What is dialled before a number within its country: 1 in North America, 8 in Russia, 0 nearly everywhere else; in Italy,
-- San Marino and Ivory Coast that 0 is the number's own.
create or replace macro without_trunk_prefix(digits, calling_code) as case
    when length(digits) = 11 and starts_with(digits, case calling_code when '1' then '1' when '7' then '8' end) then substr(digits, 2)
    when starts_with(digits, '0') and calling_code not in ('39', '225', '378') then substr(digits, 2)
    else digits
  end;
create or replace macro phone_of(s, calling_code) as
  case when s is not null then list_transform([phone_digits(s)], lambda digits: case
    when length(digits) not between 7 and 15 or (contains(substr(s, 2), '+') and is_rounded(s)) then null
    when starts_with(s, '+') or regexp_matches(s, '^[^0-9+]*[+]') then '+' || system.main.regexp_replace(phone_digits(system.main.regexp_replace(s, '[(]0[)]', '')), '^0+', '')
    when starts_with(digits, '00') then '+' || substr(digits, 3)
    when calling_code = '' then digits
    else '+' || calling_code || without_trunk_prefix(digits, calling_code)
  end)[1] end;
create or replace macro identifier_value(id_type, s) as
  case
    when id_type = 'email' then email_of(s)
    when id_type = 'phone' then phone_of(s, source_calling_code())
    else replace(blank_to_null(s), chr(31), ' ')
  end;
-- An object or a list of a JSON record identifies nobody.
create or replace macro identifier(id_type, s) as
  case when s is not null and not starts_with(s, '{"') and s <> '{}' and not starts_with(s, '[') then id_type || '=' || identifier_value(id_type, s) end;
create or replace macro attribute(name, s) as
  case when s is not null then name || '=' || replace(blank_to_null(s), chr(31), ' ') end;

-- Own words: times and numbers of exports, null when the text is not one
create or replace macro is_date_only(s) as
  length(trim(s)) <= 10 and regexp_matches(trim(s), '^[0-9]{4}(-?[0-9]{2}-?[0-9]{2}|-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2})$');
-- Dates alone stand at noon, however they are spelled.
create or replace macro is_date_format(f) as f <> '' and not regexp_matches(f, '%-?[HI]');
create or replace macro has_offset(s) as regexp_matches(trim(s), '[0-9]:[0-9.:]*[0-9] ?(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$');
create or replace macro local_micros(t, zone) as
  case when zone = 'UTC' then epoch_us(t) else epoch_us(timezone('UTC', timezone(zone, t))) end;
-- ISO 8601 leaves out what nobody misses: 20240301T100500Z, 2024-03-01T10:05Z, 10:05:00,5; others write 2024/03/01.
create or replace macro iso_spelled(s) as
  system.main.regexp_replace(system.main.regexp_replace(system.main.regexp_replace(system.main.regexp_replace(trim(s),
    '^([0-9]{4})/([0-9]{1,2})/([0-9]{1,2}) ', '\1-\2-\3 '),
    '^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})', '\1-\2-\3T\4:\5:\6'),
    '([ T][0-9]{2}:[0-9]{2}) ?(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$', '\1:00\2'),
    '(:[0-9]{2}),([0-9])', '\1.\2');
-- What else an engine takes for a time differs from one to the other.
create or replace macro is_local_time(s) as
  regexp_matches(s, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?$');
-- Usual spellings first. The rest is named by a lambda, since a macro repeats its argument wherever it is used, and a
-- long statement takes longer to plan than to run on the rows of a day.
create or replace macro micros_of(s, zone, time_format) as
  case
    when s is null then null
    when time_format = '' and s like '____-__-__T__:__:__%Z' and not contains(s, ',') then epoch_us(try_cast(s as timestamp))
    when time_format = '' and (s like '____-__-__T__:__:__%+__:__' or s like '____-__-__T__:__:__%-__:__') and not contains(s, ',')
      then epoch_us(try_cast(s as timestamptz))
    when time_format = '' and s like '____-__-__ __:__:__' then local_micros(try_cast(s as timestamp), zone)
    when time_format <> '' then local_micros(try_strptime(trim(s), case when time_format = '' then '%Y' else time_format end)
      + case when is_date_format(time_format) then interval 12 hour else interval 0 hour end, zone)
    else list_transform([trim(s)], lambda t: case
      when regexp_matches(t, '^-?[0-9]{9,10}([.][0-9]+)?$') then cast(round(try_cast(t as double) * 1000000) as bigint)
      when regexp_matches(t, '^[0-9]{12,13}([.]0+)?$') then try_cast(split_part(t, '.', 1) as bigint) * 1000
      when regexp_matches(t, '^[0-9]{15,16}$') then try_cast(t as bigint)
      when regexp_matches(t, '^[0-9]{18,19}$') then try_cast(t as bigint) // 1000
      when regexp_matches(t, '^[0-9]{8}$') then local_micros(try_strptime(t, '%Y%m%d') + interval 12 hour, zone)
      when is_date_only(t) then local_micros(try_cast(replace(t, '/', '-') as timestamp) + interval 12 hour, zone)
      else list_transform([iso_spelled(t)], lambda i: case
        when has_offset(i) then epoch_us(try_cast(system.main.regexp_replace(system.main.regexp_replace(i, ' ?(UTC|GMT|z)$', 'Z'), ' ([+-][0-9:]+)$', '\1') as timestamptz))
        when is_local_time(i) then local_micros(try_cast(i as timestamp), zone) end)[1]
      end)[1]
  end;
-- With a mark given, the other one parts groups of digits; a text where it does not is no number of that kind.
create or replace macro plain_number(s, decimal_mark) as
  case
    when decimal_mark = 'comma' and contains(s, '.') and not regexp_matches(s, '^[+-]?[0-9]{1,3}([.][0-9]{2,3})*[.][0-9]{3}(,[0-9]*)?$') then null
    when decimal_mark = 'comma' then replace(replace(s, '.', ''), ',', '.')
    when decimal_mark = 'point' and contains(s, ',') and not regexp_matches(s, '^[+-]?[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}([.][0-9]*)?$') then null
    when decimal_mark = 'point' then replace(s, ',', '')
    when regexp_matches(s, '^[+-]?[0-9]{1,3}([.][0-9]{3})*,[0-9]{1,2}$') or regexp_matches(s, '^[+-]?[0-9]+,[0-9]{1,2}$')
      then replace(replace(s, '.', ''), ',', '.')
    when regexp_matches(s, '^[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?$') then replace(s, ',', '')
    else s
  end;
create or replace macro currency_stripped(s) as translate(s, '− €$£''’' || chr(160) || chr(8239), '-');
-- Engines take more for numbers: inf, 1_000, 5d.
create or replace macro has_digits_only(s) as regexp_matches(s, '^[+-]?[0-9.,]+([eE][+-]?[0-9]{1,2})?$');
-- Most amounts of exports are plain already.
create or replace macro is_plain_number(s, decimal_mark) as decimal_mark <> 'comma' and regexp_matches(s, '^-?[0-9]+([.][0-9]+)?$');
create or replace macro number_of(s, decimal_mark) as case
  when is_plain_number(s, decimal_mark) then try_cast(s as double)
  when has_digits_only(currency_stripped(s)) then try_cast(plain_number(currency_stripped(s), decimal_mark) as double) end;
-- Below a trillion: a number of an order that is taken for money must not end a run, whose sums have two digits more.
create or replace macro money_of(s, decimal_mark) as cast(case
  when is_plain_number(s, decimal_mark) then try_cast(s as decimal(16, 4))
  when has_digits_only(currency_stripped(s)) then try_cast(plain_number(currency_stripped(s), decimal_mark) as decimal(16, 4)) end as decimal(18, 4));

-- Own words: the run
create or replace macro as_of() as make_timestamp(cast(as_of_micros() as bigint));

-- Own words: shapes that exports share
create or replace macro tells_gone(reject_reason) as coalesce(reject_reason in ('deleted', 'merged'), false);
create or replace macro is_true(s) as coalesce(lower(trimmed(s)) in ('true', 't', 'yes', '1'), false);
-- Not the minus of an exponent: 1.5e-13 is what a shop's sums leave behind.
create or replace macro negative_text(s) as '-' || nullif(system.main.regexp_replace(trimmed(s), '(^|[^eE])-', '\1', 'g'), '');
create or replace macro money_text(x) as
  replace(cast(x as string), '.', case when source_decimal_mark() = 'comma' then ',' else '.' end);
-- Half a cent is no amount in cents, and would be rounded to one.
create or replace macro money_of_minor_units(s, currency) as
  money_text(try_cast(case when not regexp_matches(s, '[.][0-9]*[1-9]') then s end as decimal(19, 0)) * case
    when lower(currency) in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf') then 1.000
    when lower(currency) in ('bhd', 'iqd', 'jod', 'kwd', 'lyd', 'omr', 'tnd') then 0.001
    else 0.010 end);
create or replace macro json_field(name, value) as '"' || name || '":' || cast(to_json(cast(value as string)) as string);
create or replace macro json_of_fields(fields) as '{' || nullif(fields, '') || '}';
create or replace macro json_without(j, names) as
  nullif(cast(json_merge_patch(j, '{"' || replace(names, ',', '":null,"') || '":null}') as string), '{}');
create or replace macro event_param(params, name) as
  list_transform(list_filter(try(from_json(params, '[{"key":"VARCHAR","value":{"string_value":"VARCHAR","int_value":"VARCHAR","double_value":"VARCHAR","float_value":"VARCHAR"}}]')),
    lambda p: p.key = name), lambda p: coalesce(p.value.string_value, p.value.int_value, p.value.double_value, p.value.float_value))[1];
create or replace macro context_field(contexts, schema_name, field) as
  case when contains(contexts, '/' || schema_name || '/')
    then nullif(regexp_extract(contexts, '/' || schema_name || '/[^}]*"' || field || '"[^"]*"([^"]+)"', 1), '') end;
create or replace macro upper_bit(s, place) as case when substr(s, place, 1) between 'A' and 'Z' then 1 else 0 end;
create or replace macro case_check_letter(s, place) as
  substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + upper_bit(s, place) + 2 * upper_bit(s, place + 1) + 4 * upper_bit(s, place + 2)
    + 8 * upper_bit(s, place + 3) + 16 * upper_bit(s, place + 4), 1);
create or replace macro salesforce_id(s) as
  case when regexp_matches(trimmed(s), '^[a-zA-Z0-9]{15}$')
    then trimmed(s) || case_check_letter(trimmed(s), 1) || case_check_letter(trimmed(s), 6) || case_check_letter(trimmed(s), 11)
    else blank_to_null(s) end;

-- Spark's names that churn uses
create or replace macro sequence(a, b) as generate_series(a, b);

-- Own words: journeys
create or replace macro struct(a, b) as row(a, b), (a, b, c) as row(a, b, c);
create or replace macro position_us(t, time_precision) as
  epoch_us(t) + case when time_precision = 'day' and journeys_day_events_last() then 43199999999 else 0 end;
