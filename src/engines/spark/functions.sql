-- The shared vocabulary on Spark 4.1, as temporary functions of a session: Throughline's own words, and what Spark has.
-- Answers, nulls included, are fixed by src/engines/functions.cases.yaml. Settings have to be there first.

-- Spark's names, of its own: built-in function size(l), function explode(l), function collect_list(x), function max_by(x, k),
-- function min_by(x, k), function count_if(p), function startswith(s, p), function endswith(s, p), function regexp_like(s, p),
-- function regexp_replace(s, p, r), function get_json_object(j, p), function sha2(s, bits), function try_element_at(l, i),
-- function array_join(l, sep), function array_sort(l), function array_position(l, x), function slice(l, start, n),
-- function nvl(a, b), function sequence(a, b), function struct(a, b).

-- Own words: identifiers of rows, arithmetic, time
create or replace temporary function id_of(s string) returns string return substr(md5(s), 1, 20);
create or replace temporary function customer_id_of(first_record string) returns string return id_of('customer' || chr(31) || substr(first_record, 19));
create or replace temporary function safe_ratio(a double, b double) returns double return a / nullif(b, 0);
create or replace temporary function integer_division(a bigint, b bigint) returns bigint return a div nullif(b, 0);
create or replace temporary function whole_number(x double) returns bigint return cast(x as bigint);
create or replace temporary function epoch_micros(t timestamp_ntz) returns bigint return timestampdiff(microsecond, timestamp_ntz '1970-01-01 00:00:00', t);
create or replace temporary function timestamp_of_micros(us bigint) returns timestamp_ntz return cast(timestamp_micros(us) as timestamp_ntz);
create or replace temporary function add_days(d date, n int) returns date return date_add(d, n);
create or replace temporary function days_between(a date, b date) returns bigint return cast(datediff(b, a) as bigint);
create or replace temporary function local_date(t timestamp_ntz, zone string) returns date return cast(convert_timezone('UTC', zone, t) as date);
create or replace temporary function json_list(j string, p string) returns array<string> return
  case when get_json_object(j, '$') is not null then coalesce(from_json(get_json_object(j, p), 'array<string>'), cast(array() as array<string>)) end;
create or replace temporary function split_list(s string, sep string) returns array<string> return split(s, r'\Q' || sep || r'\E');
create or replace temporary function shift_list(l array<string>) returns array<string> return slice(l, 2, size(l));

-- Own words: text of exports
-- Spaces of every script, as DuckDB has it: Spark trims U+0020 alone.
create or replace temporary function trimmed(s string) returns string return
  case when octet_length(s) = length(s) then trim(s)
    else trim(both ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000' from s) end;
create or replace temporary function blank_to_null(s string) returns string return
  case when s is null then null when octet_length(s) > 20 then nullif(trimmed(s), '')
    when lower(trimmed(s)) in ('', 'null', 'undefined', '(not set)', 'n/a', 'nan') then null else trimmed(s) end;
create or replace temporary function snake_case(s string) returns string return
  nullif(trim(both '_' from regexp_replace(lower(regexp_replace(trimmed(s), '([a-z0-9])([A-Z])', '$1_$2')), r'[^\p{L}\p{M}\p{N}]+', '_')), '');
create or replace temporary function without_entities(s string) returns string return
  replace(replace(replace(replace(replace(replace(s, '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', '\''), '&amp;', '&');
create or replace temporary function strip_html(s string) returns string return
  nullif(trimmed(regexp_replace(without_entities(regexp_replace(s, '<[^>]*>', ' ')), r'[ \t\r\n]+', ' ')), '');
create or replace temporary function url_host(u string) returns string return
  nullif(regexp_replace(lower(regexp_extract(u, '^[a-zA-Z][a-zA-Z0-9+.-]*://([^/?#:@]+@)?([^/?#:]+)', 2)), '^www[.]', ''), '');
create or replace temporary function url_path(u string) returns string return
  coalesce(nullif(trim(trailing '/' from regexp_extract(u, '^([a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)?([^?#]*)', 2)), ''), case when u is null then null else '/' end);
-- A value that is not of UTF-8, such as Fr%FChling, stays as it is spelled; Java puts U+FFFD in the place of its bytes.
create or replace temporary function url_param(u string, name string) returns string return
  nullif(coalesce(case when not contains(try_url_decode(replace(regexp_extract(u, '[?&]' || name || '=([^&#]*)', 1), '+', ' ')), '\ufffd')
    then try_url_decode(replace(regexp_extract(u, '[?&]' || name || '=([^&#]*)', 1), '+', ' ')) end, regexp_extract(u, '[?&]' || name || '=([^&#]*)', 1)), '');

-- Own words: identifiers. A record carries them as 'type=value' joined by chr(31).
create or replace temporary function email_of(s string) returns string return
  case when s is null then null when contains(s, '@') and regexp_like(s, r'^[ \t\r\n]*[^@ \x00-\x1f<>,;]+@[^@ \x00-\x1f<>,;]+[.][^@ \x00-\x1f<>,;.]+[ \t\r\n]*$')
    then lower(trimmed(translate(s, '\t\n\r', ''))) end;
-- What a spreadsheet makes of a long number, 4.91701E+11, is that of many.
create or replace temporary function is_rounded(s string) returns boolean return regexp_like(s, '[0-9][eE][+][0-9]');
create or replace temporary function is_rounded_id(s string) returns boolean return
  contains(s, 'E+') and contains(translate(s, '123456789', '000000000'), '0E+0');
create or replace temporary function phone_digits(s string) returns string return regexp_replace(s, '[^0-9]', '');
-- What is dialled before a number within its country: 1 in North America, 8 in Russia, 0 nearly everywhere else; in Italy,
-- San Marino and Ivory Coast that 0 is the number's own.
create or replace temporary function without_trunk_prefix(digits string, calling_code string) returns string return
  case
    when length(digits) = 11 and startswith(digits, case calling_code when '1' then '1' when '7' then '8' end) then substr(digits, 2)
    when startswith(digits, '0') and calling_code not in ('39', '225', '378') then substr(digits, 2)
    else digits
  end;
create or replace temporary function phone_of(s string, calling_code string) returns string return
  case
    when s is null or length(phone_digits(s)) < 7 or length(phone_digits(s)) > 15 or is_rounded(s) then null
    when regexp_like(s, '^[^0-9+]*[+]') then '+' || regexp_replace(phone_digits(regexp_replace(s, '(?s)^(.*?)[(]0[)]', '$1')), '^0+', '')
    when startswith(phone_digits(s), '00') then '+' || substr(phone_digits(s), 3)
    when calling_code = '' then phone_digits(s)
    else '+' || calling_code || without_trunk_prefix(phone_digits(s), calling_code)
  end;
create or replace temporary function identifier_value(id_type string, s string) returns string return
  case
    when id_type = 'email' then email_of(s)
    when id_type = 'phone' then phone_of(s, source_calling_code())
    else replace(blank_to_null(s), chr(31), ' ')
  end;
-- An object or a list of a JSON record identifies nobody. The name is a clause of Spark's too, hence the quotes.
create or replace temporary function `identifier`(id_type string, s string) returns string return
  case when s is not null and not startswith(s, '{"') and s <> '{}' and not startswith(s, '[') then id_type || '=' || identifier_value(id_type, s) end;
create or replace temporary function attribute(name string, s string) returns string return
  case when s is not null then name || '=' || replace(blank_to_null(s), chr(31), ' ') end;

-- Own words: times and numbers of exports, null when the text is not one
create or replace temporary function is_date_only(s string) returns boolean return
  length(trimmed(s)) <= 10 and regexp_like(trimmed(s), '^[0-9]{4}(-?[0-9]{2}-?[0-9]{2}|-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2})$');
-- Dates alone stand at noon, however they are spelled.
create or replace temporary function is_date_format(f string) returns boolean return f <> '' and not regexp_like(f, '%-?[HI]');
create or replace temporary function has_offset(s string) returns boolean return
  regexp_like(trimmed(s), '[0-9]:[0-9.:]*[0-9] ?(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$');
-- Of the hour that comes twice when clocks go back the second is meant; Java takes the first.
create or replace temporary function local_micros(t timestamp_ntz, zone string) returns bigint return
  case
    when zone = 'UTC' then epoch_micros(t)
    when convert_timezone('UTC', zone, convert_timezone(zone, 'UTC', t) + interval 1 hour) = t
      then epoch_micros(convert_timezone(zone, 'UTC', t)) + 3600000000
    else epoch_micros(convert_timezone(zone, 'UTC', t))
  end;
-- Java spells a fraction of a JSON record from ten millions on with an exponent, 1.7093E9, 1.709300000123E12.
-- A text with an offset is an instant only as timestamp_ltz: cast to a timestamp without a zone it loses the offset in silence.
-- ISO 8601 leaves out what nobody misses: 20240301T100500Z, 2024-03-01T10:05Z, 10:05:00,5; others write 2024/03/01.
create or replace temporary function iso_spelled(s string) returns string return
  regexp_replace(regexp_replace(regexp_replace(regexp_replace(trimmed(s),
    '^([0-9]{4})/([0-9]{1,2})/([0-9]{1,2}) ', '$1-$2-$3 '),
    '^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})', '$1-$2-$3T$4:$5:$6'),
    '([ T][0-9]{2}:[0-9]{2}) ?(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$', '$1:00$2'),
    '(:[0-9]{2}),([0-9])', '$1.$2');
-- What else an engine takes for a time differs from one to the other.
create or replace temporary function is_local_time(s string) returns boolean return
  regexp_like(s, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?$');
create or replace temporary function micros_of(s string, zone string, time_format string) returns bigint return
  case
    when s is null then null
    when time_format = '' and s like '____-__-__T__:__:__%Z' and not contains(s, ',') then unix_micros(try_cast(s as timestamp_ltz))
    when time_format = '' and (s like '____-__-__T__:__:__%+__:__' or s like '____-__-__T__:__:__%-__:__') and not contains(s, ',')
      then unix_micros(try_cast(s as timestamp_ltz))
    when time_format = '' and s like '____-__-__ __:__:__' then local_micros(try_cast(s as timestamp_ntz), zone)
    when time_format <> '' then local_micros(cast(try_to_timestamp(trimmed(s),
      replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(time_format,
        '%-', '%'), 'T', '''T'''), '%Y%m%d', 'yyyyMMdd'), '%Y', 'yyyy'), '%y', 'yy'), '%m', 'M'), '%b', 'MMM'), '%d', 'd'), '%H', 'H'),
        '%I', 'h'), '%M', 'm'), '%S', 's'), '%p', 'a')) as timestamp_ntz)
      + case when is_date_format(time_format) then interval 12 hour else interval 0 hour end, zone)
    when regexp_like(trimmed(s), '^-?([0-9]{9,10}([.][0-9]+)?|[0-9][.][0-9]+E[89])$') then cast(round(try_cast(trimmed(s) as double) * 1000000) as bigint)
    when regexp_like(trimmed(s), '^([0-9]{12,13}([.]0+)?|[0-9][.][0-9]+E1[12])$') then cast(try_cast(trimmed(s) as double) as bigint) * 1000
    when regexp_like(trimmed(s), '^[0-9]{15,16}$') then try_cast(trimmed(s) as bigint)
    when regexp_like(trimmed(s), '^[0-9]{18,19}$') then try_cast(trimmed(s) as bigint) div 1000
    when regexp_like(trimmed(s), '^[0-9]{8}$') then local_micros(cast(try_to_timestamp(trimmed(s), 'yyyyMMdd') as timestamp_ntz) + interval 12 hour, zone)
    when is_date_only(s) then local_micros(try_cast(replace(trimmed(s), '/', '-') as timestamp_ntz) + interval 12 hour, zone)
    when has_offset(iso_spelled(s)) then unix_micros(try_cast(regexp_replace(regexp_replace(iso_spelled(s), ' ?(UTC|GMT|z)$', 'Z'), ' ([+-][0-9:]+)$', '$1') as timestamp_ltz))
    when is_local_time(iso_spelled(s)) then local_micros(try_cast(iso_spelled(s) as timestamp_ntz), zone)
  end;
-- With a mark given, the other one parts groups of digits; a text where it does not is no number of that kind.
create or replace temporary function plain_number(s string, decimal_mark string) returns string return
  case
    when decimal_mark = 'comma' and contains(s, '.') and not regexp_like(s, '^[+-]?[0-9]{1,3}([.][0-9]{2,3})*[.][0-9]{3}(,[0-9]*)?$') then null
    when decimal_mark = 'comma' then replace(replace(s, '.', ''), ',', '.')
    when decimal_mark = 'point' and contains(s, ',') and not regexp_like(s, '^[+-]?[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}([.][0-9]*)?$') then null
    when decimal_mark = 'point' then replace(s, ',', '')
    when regexp_like(s, '^[+-]?[0-9]{1,3}([.][0-9]{3})*,[0-9]{1,2}$') or regexp_like(s, '^[+-]?[0-9]+,[0-9]{1,2}$')
      then replace(replace(s, '.', ''), ',', '.')
    when regexp_like(s, '^[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?$') then replace(s, ',', '')
    else s
  end;
create or replace temporary function currency_stripped(s string) returns string return translate(s, '− €$£\'’\u00a0\u202f', '-');
-- Engines take more for numbers: inf, 1_000, 5d.
create or replace temporary function has_digits_only(s string) returns boolean return
  regexp_like(s, '^[+-]?[0-9.,]+([eE][+-]?[0-9]{1,2})?$');
-- Most amounts of exports are plain already.
create or replace temporary function is_plain_number(s string, decimal_mark string) returns boolean return
  decimal_mark <> 'comma' and regexp_like(s, r'^-?[0-9]+([.][0-9]+)?\z');
create or replace temporary function number_of(s string, decimal_mark string) returns double return case
  when is_plain_number(s, decimal_mark) then try_cast(s as double)
  when has_digits_only(currency_stripped(s)) then try_cast(plain_number(currency_stripped(s), decimal_mark) as double) end;
-- Below a trillion: a number of an order that is taken for money must not end a run, whose sums have two digits more.
create or replace temporary function money_of(s string, decimal_mark string) returns decimal(18, 4) return case
  when is_plain_number(s, decimal_mark) then try_cast(s as decimal(16, 4))
  when has_digits_only(currency_stripped(s)) then try_cast(plain_number(currency_stripped(s), decimal_mark) as decimal(16, 4)) end;

-- Own words: the run
create or replace temporary function as_of() returns timestamp_ntz return timestamp_of_micros(as_of_micros());

-- Own words: shapes that exports share
create or replace temporary function tells_gone(reject_reason string) returns boolean return coalesce(reject_reason in ('deleted', 'merged'), false);
create or replace temporary function is_true(s string) returns boolean return coalesce(lower(trimmed(s)) in ('true', 't', 'yes', '1'), false);
create or replace temporary function negative_text(s string) returns string return '-' || nullif(regexp_replace(trimmed(s), '(^|[^eE])-', '$1'), '');
-- A decimal arrives as its text, with as many digits as it has: a type of its own would cut or fill them.
create or replace temporary function money_text(x string) returns string return
  replace(x, '.', case when source_decimal_mark() = 'comma' then ',' else '.' end);
create or replace temporary function money_of_minor_units(s string, currency string) returns string return
  money_text(try_cast(case when not regexp_like(s, '[.][0-9]*[1-9]') then s end as decimal(19, 0)) * case
    when lower(currency) in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf') then 1.000
    when lower(currency) in ('bhd', 'iqd', 'jod', 'kwd', 'lyd', 'omr', 'tnd') then 0.001
    else 0.010 end);
create or replace temporary function json_field(name string, value string) returns string return
  '"' || name || '":' || case when value is not null then regexp_extract(to_json(array(value)), r'(?s)^\[(.*)\]$', 1) end;
create or replace temporary function json_of_fields(fields string) returns string return '{' || nullif(fields, '') || '}';
-- Texts of the fields in their order; which of them are strings is told by the same fields as variants.
create or replace temporary function json_without(j string, names string) returns string return
  json_of_fields(array_join(transform(
    filter(map_entries(from_json(j, 'map<string,string>')), e -> not array_contains(split(names, ','), e.key)),
    e -> regexp_extract(to_json(array(e.key)), r'(?s)^\[(.*)\]$', 1) || ':' || case
      when e.value is null then 'null'
      when schema_of_variant(from_json(j, 'map<string,variant>')[e.key]) = 'STRING' then regexp_extract(to_json(array(e.value)), r'(?s)^\[(.*)\]$', 1)
      else e.value end), ','));
create or replace temporary function event_param(params string, name string) returns string return
  try_element_at(transform(filter(
    from_json(params, 'array<struct<key:string,value:struct<string_value:string,int_value:string,double_value:string,float_value:string>>>'),
    p -> p.key = name), p -> coalesce(p.value.string_value, p.value.int_value, p.value.double_value, p.value.float_value)), 1);
create or replace temporary function context_field(contexts string, schema_name string, field string) returns string return
  case when contains(contexts, '/' || schema_name || '/')
    then nullif(regexp_extract(contexts, '/' || schema_name || '/[^}]*"' || field || '"[^"]*"([^"]+)"', 1), '') end;
create or replace temporary function upper_bit(s string, place int) returns int return case when substr(s, place, 1) between 'A' and 'Z' then 1 else 0 end;
create or replace temporary function case_check_letter(s string, place int) returns string return
  substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + upper_bit(s, place) + 2 * upper_bit(s, place + 1) + 4 * upper_bit(s, place + 2)
    + 8 * upper_bit(s, place + 3) + 16 * upper_bit(s, place + 4), 1);
create or replace temporary function salesforce_id(s string) returns string return
  case when regexp_like(trimmed(s), '^[a-zA-Z0-9]{15}$')
    then trimmed(s) || case_check_letter(trimmed(s), 1) || case_check_letter(trimmed(s), 6) || case_check_letter(trimmed(s), 11)
    else blank_to_null(s) end;

-- Own words: journeys
create or replace temporary function position_us(t timestamp_ntz, time_precision string) returns bigint return
  local_micros(t, 'UTC') + case when time_precision = 'day' and journeys_day_events_last() then 43199999999 else 0 end;
