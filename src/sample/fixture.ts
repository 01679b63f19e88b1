import { gunzipSync } from 'node:zlib'
import type { SampleSummary } from './books.js'
import { generateSample, type SampleOptions } from './generate.js'

/** A whole sample in memory: the objects' texts by key. */
export interface ReadSample {
  texts: Map<string, string>
  summary: SampleSummary
}

/** Generates a small sample and unpacks it, for tests. */
export function readSample(options: SampleOptions): ReadSample {
  const texts = new Map<string, string>()
  const objects = generateSample(options)
  for (;;) {
    const { done, value } = objects.next()
    if (done) return { texts, summary: value }
    const { key, body } = value
    texts.set(key, (key.endsWith('.gz') ? gunzipSync(body) : Buffer.from(body)).toString())
  }
}

/** The lines of all objects whose key starts with the prefix, headers and broken lines included. */
export const linesIn = ({ texts }: ReadSample, prefix: string): string[] =>
  [...texts]
    .filter(([key]) => key.startsWith(prefix) && !key.endsWith('/'))
    .flatMap(([, text]) => text.split('\n'))
    .filter((line) => line !== '')
