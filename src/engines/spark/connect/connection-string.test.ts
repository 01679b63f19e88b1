import { expect, test } from '@jest/globals'
import { parseConnectionString } from './connection-string.js'

test('reads host, port and parameters', () => {
  expect(parseConnectionString('sc://spark.example')).toEqual({
    host: 'spark.example',
    port: 15002,
    encrypted: false,
    userId: 'throughline',
    headers: {},
  })
  const sessionId = '0A0A0A0A-0000-4000-8000-000000000001'
  expect(
    parseConnectionString(
      `sc://[::1]:443/;token=a%3Bb;user_id=ada;session_id=${sessionId};x-cluster-id=7;`,
    ),
  ).toEqual({
    host: '[::1]',
    port: 443,
    encrypted: true,
    token: 'a;b',
    userId: 'ada',
    headers: { 'x-cluster-id': '7' },
    sessionId: sessionId.toLowerCase(),
  })
})

test('a token is sent over TLS, or in the clear to this machine only', () => {
  expect(parseConnectionString('sc://far.example/;token=t')).toMatchObject({ encrypted: true })
  expect(parseConnectionString('sc://localhost/;token=t;use_ssl=false').encrypted).toBe(false)
  expect(() => parseConnectionString('sc://far.example/;token=t;use_ssl=false')).toThrow(
    'expected TLS where a token is sent',
  )
})

test.each([
  'spark.example:15002',
  'http://spark.example',
  'sc://',
  'sc://user@host',
  'sc://host:0',
  'sc://host:65536',
  'sc://host/path',
  'sc://host/path;token=t',
  'sc://host;token=t',
  'sc://host/;Token=hidden',
  'sc://host/;hidden',
  'sc://host/;use_ssl=yes',
  'sc://host/;user_id=',
  'sc://host/;user_id=%zz',
  'sc://host/;user_id=a;user_id=b',
  'sc://host/;session_id=mine',
])('refuses %s with what to write instead', (given) => {
  const parse = () => parseConnectionString(given)
  expect(parse).toThrow(/^connection string of Spark: expected .*Write it as sc:/)
  expect(parse).not.toThrow('hidden')
})
