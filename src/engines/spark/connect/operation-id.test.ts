import { expect, test } from '@jest/globals'
import { operationIdOf } from './operation-id.js'

test('the same statement of the same run has the same id, any other another', () => {
  const id = operationIdOf('run-1', 'touchpoints')
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  // As RFC 9562 derives it from namespace and name.
  expect(id).toBe('4d657c90-adbb-5cb0-a276-d565da4c7fdd')
  const others = [operationIdOf('run-1', 'sessions'), operationIdOf('run-2', 'touchpoints')]
  expect(new Set([id, ...others, operationIdOf('run-', '1touchpoints')]).size).toBe(4)
})
