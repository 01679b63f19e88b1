import fc from 'fast-check'
import type { Config } from '../config.js'
import type { Batch } from './increment-project.js'
import { randomRows, randomSourcesOfAll } from './random-objects.js'
import { randomRegistries } from './random-registries.js'
import { randomSettings } from './random-settings.js'
import type { ConfigOverlay } from './run-project.js'
import { type SampleText, sampleTexts } from './sample-texts.js'

/** What becomes of one object of the sample, by its number. */
type SampleChange = readonly [object: number, lines: string]

interface Landing {
  /** Objects of few rows that meet. */
  rows: readonly (readonly [key: string, rows: readonly object[] | null])[]
  sample: readonly SampleChange[]
}

/** What an increment takes in. */
export interface Step extends Landing {
  /** Else it is a batch of a stream, which a later release shows. */
  isReleased: boolean
  /** Whether the kept tables are those of the first release, as on a machine that has not run since. */
  isFromFirst: boolean
}

/** A project in all that decides its tables, as short as it can be said. */
export interface RandomProject {
  settings: ConfigOverlay
  /** Names of registries that differ from the built-in ones. */
  registries: readonly string[]
  sources: Config['sources']
  first: Landing
  steps: readonly Step[]
}

const linesLeft: Readonly<Record<string, (lines: string[]) => string[] | undefined>> = {
  none: () => undefined,
  'nothing but a header': () => [],
  all: (lines) => lines,
  'first half': (lines) => lines.slice(0, lines.length / 2),
  'second half': (lines) => lines.slice(lines.length / 2),
  'all, some twice': (lines) => [...lines, ...lines.filter((_, at) => at % 3 === 0)],
  'all, backwards': (lines) => lines.toReversed(),
  'all, the last cut short': (lines) => [...lines.slice(0, -1), lines.at(-1)!.slice(0, 40)],
  'a page of a web server': () => ['<!DOCTYPE html>', '<html><body>502</body></html>'],
}

const texts = sampleTexts(7)

const landing = (most: number): fc.Arbitrary<Landing> =>
  fc.record({
    rows: fc.array(randomRows(texts), { maxLength: 4 }),
    sample: fc.array(
      fc.tuple(fc.nat(texts.length - 1), fc.constantFrom(...Object.keys(linesLeft))),
      { maxLength: most, size: 'max' },
    ),
  })

export const randomProject = (): fc.Arbitrary<RandomProject> =>
  fc.record({
    settings: randomSettings(),
    registries: randomRegistries(),
    sources: randomSourcesOfAll(),
    first: landing(texts.length),
    steps: fc.array(
      fc
        .tuple(landing(5), fc.constantFrom(true, true, false), fc.constantFrom(false, false, true))
        .map(([landed, isReleased, isFromFirst]) => ({ ...landed, isReleased, isFromFirst })),
      { minLength: 1, maxLength: 3 },
    ),
  })

/** All of the sample, but for what a landing makes of it. */
export const firstBatch = (landed: Landing): Batch => ({
  ...batchOf({ rows: [], sample: texts.map((_, object) => [object, 'all']) }),
  ...batchOf(landed),
})

export const batchOf = ({ rows, sample }: Landing): Batch => ({
  ...Object.fromEntries(rows),
  ...Object.fromEntries(sample.map(([object, lines]) => written(texts[object]!, lines))),
})

function written(
  { key, header, lines }: SampleText,
  left: SampleChange[1],
): [string, string | null] {
  const kept = linesLeft[left]!(lines)
  return [key, kept === undefined ? null : `${[...header, ...kept].join('\n')}\n`]
}
