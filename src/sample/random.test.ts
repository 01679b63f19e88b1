import { expect, test } from '@jest/globals'
import { isoTime } from './exports/time.js'
import { createRandom, hexOf, scrambled, uuidOf } from './random.js'

test('the same keys give the same stream, other keys another one', () => {
  const draws = (...keys: number[]): number[] => {
    const random = createRandom(...keys)
    return Array.from({ length: 5 }, () => random.unit())
  }
  expect(draws(7, 1)).toEqual(draws(7, 1))
  expect(draws(7, 1)).not.toEqual(draws(7, 2))
  expect(draws(7, 1)).not.toEqual(draws(1, 7))
})

test('the draws have the means that they claim', () => {
  const random = createRandom(3)
  const mean = (draw: () => number): number => {
    let sum = 0
    for (let count = 0; count < 20_000; count += 1) sum += draw()
    return sum / 20_000
  }
  expect(mean(random.unit)).toBeCloseTo(0.5, 1)
  expect(mean(() => random.exponential(4))).toBeCloseTo(4, 0)
  expect(mean(() => random.normal(10, 2))).toBeCloseTo(10, 0)
  expect(mean(() => (random.chance(0.2) ? 1 : 0))).toBeCloseTo(0.2, 1)
})

test('ids do not repeat', () => {
  const keys = Array.from({ length: 20_000 }, (_, key) => key)
  expect(new Set(keys.map((key) => hexOf(1, key))).size).toBe(keys.length)
  expect(new Set(keys.map(scrambled)).size).toBe(keys.length)
  expect(uuidOf(1, 2)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('the fast time text equals the one of Date', () => {
  const random = createRandom(5)
  for (let count = 0; count < 2000; count += 1) {
    const at = Math.floor(random.between(0, 2e12))
    expect(isoTime(at)).toBe(new Date(at).toISOString())
  }
})
