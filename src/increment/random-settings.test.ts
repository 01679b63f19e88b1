import { test } from '@jest/globals'
import fc from 'fast-check'
import { longTimeout } from '../testing/increment-cases.js'
import { randomProject } from '../testing/random-project.js'
import { takeRandomProject } from '../testing/take-random-project.js'

/** THROUGHLINE_PROJECTS tries more projects, one a seed, from THROUGHLINE_SEED on; one that fails is made smaller for some minutes. */
const projects = Number(process.env.THROUGHLINE_PROJECTS ?? 2)
const first = Number(process.env.THROUGHLINE_SEED ?? 1)
const seeds = Array.from({ length: projects }, (_, index) => first + index)

test.each(seeds)(
  'under any settings, increments make of any objects what full runs make (seed %i)',
  (seed) =>
    fc.assert(fc.asyncProperty(randomProject(), takeRandomProject), {
      seed,
      numRuns: 1,
      interruptAfterTimeLimit: longTimeout / 3,
    }),
  longTimeout,
)
