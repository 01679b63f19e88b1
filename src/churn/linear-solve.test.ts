import { expect, test } from '@jest/globals'
import { solvePositiveDefinite } from './linear-solve.js'

test('solves a small system exactly', () => {
  const a = Float64Array.of(4, 2, 0, 2, 5, 2, 0, 2, 10)
  const x = [1, -2, 3]
  const b = Float64Array.of(4 * 1 - 4, 2 - 10 + 6, -4 + 30)
  expect([...solvePositiveDefinite(a, b)].map((value) => Number(value.toFixed(12)))).toEqual(x)
})

test('refuses a matrix that is not positive definite', () => {
  expect(() => solvePositiveDefinite(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toThrow(
    /not positive definite/,
  )
})
