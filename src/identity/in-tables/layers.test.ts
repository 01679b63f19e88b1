import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { linkInputs } from '../../testing/linking.js'
import { limitsThrough } from '../rules.js'
import { layersOf } from './layers.js'

test('layers are all types in their order, each bound by every limit that binds a type of it', () => {
  fc.assert(
    fc.property(linkInputs, (input) => {
      const layers = layersOf(input)
      const types = layers.flatMap(({ firstType, lastType }) =>
        Array.from({ length: lastType - firstType + 1 }, (_, at) => firstType + at),
      )
      expect(types).toEqual([...input.rules.keys()])
      for (const { firstType, lastType, limits } of layers)
        for (let through = firstType; through <= lastType; through++)
          for (const [type, limit] of limitsThrough(input.rules, through).entries())
            if (limit > 0) expect(limits.get(type)).toBeLessThanOrEqual(limit)
    }),
  )
})
