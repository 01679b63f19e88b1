import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { projectFiles } from '../project.js'
import { configJsonSchema } from './config-schema.js'

const isValid = new Ajv2020({ strict: false }).compile(configJsonSchema())
const configs = [...projectFiles('config', '.yaml')]

test.each(configs)('the editor schema accepts config/%s.yaml', (_, file) => {
  isValid(parse(readFileSync(file, 'utf8')))
  expect(isValid.errors).toBeNull()
})

test('the editor schema accepts a word where a number may be one', () => {
  expect(isValid({ run: { checkpoint_minutes: 'none' } })).toBe(true)
  expect(isValid({ run: { checkpoint_minutes: 'never' } })).toBe(false)
})

test.each([
  { journeys: { session_timeout: 30 } },
  { journeys: { session_timeout_minutes: 'long' } },
  { storage: { bucket: 's3://raw' } },
  { sources: { web: { prefix: 'web/' } } },
  { journeys: { node: 'chanel' } },
  { journeys: { path_scopes: 'sesion' } },
  { journeys: { session_timeout_minutes: 0 } },
  { journeys: { max_session_hours: -3 } },
  { churn: { label: 'silent' } },
])('the editor schema refuses %j', (config) => {
  expect(isValid(config)).toBe(false)
})

test('each setting shows its default and what it means', () => {
  expect(configJsonSchema().properties?.journeys?.properties?.session_timeout_minutes).toEqual({
    type: 'number',
    default: 30,
    description: 'a longer gap starts a session; above 0',
    exclusiveMinimum: 0,
    maximum: 1_000_000,
  })
})
