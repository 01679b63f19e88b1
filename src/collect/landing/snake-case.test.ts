import { expect, test } from '@jest/globals'
import { snakeCase, snakeCaseKeys } from './snake-case.js'

test.each([
  ['Record ID', 'record_id'],
  ['First Conversion Date', 'first_conversion_date'],
  ['HTTPStatus', 'http_status'],
  ['IsWon', 'is_won'],
  ['CurrencyIsoCode', 'currency_iso_code'],
  ['Id', 'id'],
  ['Opportunity ID 18', 'opportunity_id_18'],
  ['Original Source Drill-Down 1', 'original_source_drill_down_1'],
  ['E-Mail', 'e_mail'],
  ['Lead_Score__c', 'lead_score_c'],
  ['_synced', 'synced'],
  [' Amount (EUR) ', 'amount_eur'],
  ['Straße', 'straße'],
  ['Größe Über', 'größe_über'],
  ['Cafe\u0301', 'café'],
  ['顧客 ID', '顧客_id'],
  ['Created (UTC)', 'created_utc'],
  ['address2Line', 'address2_line'],
])('%s becomes %s', (header, key) => {
  expect(snakeCase(header)).toBe(key)
})

test('keys are distinct, and a header that is a name of its own keeps it', () => {
  expect(snakeCaseKeys(['Name', 'name', 'NAME', 'Name 2', '', '%'])).toEqual([
    'name',
    'name_3',
    'name_4',
    'name_2',
    'column_5',
    'column_6',
  ])
  expect(snakeCaseKeys(['Email', 'E-Mail', 'Email'])).toEqual(['email', 'e_mail', 'email_2'])
})
