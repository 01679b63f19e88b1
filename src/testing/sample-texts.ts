import { gunzipSync } from 'node:zlib'
import { generateSample } from '../sample/generate.js'

/** A raw object of the sample exports, unpacked: a header where its format has one, and lines of a record each. */
export interface SampleText {
  key: string
  header: string[]
  lines: string[]
}

/** Raw objects of a small shop in the month until 13 January 2025. */
export function sampleTexts(seed: number): SampleText[] {
  const options = { seed, touchpoints: 300, days: 30, endsOn: '2025-01-13' }
  return [...generateSample(options)]
    .filter(({ key, body }) => key.startsWith('raw/') && body.length > 0)
    .map(({ key, body }) => textOf(key.slice('raw/'.length), body))
}

function textOf(key: string, body: Uint8Array): SampleText {
  const isPacked = key.endsWith('.gz')
  const lines = String(isPacked ? gunzipSync(body) : Buffer.from(body))
    .trimEnd()
    .split('\n')
  const header = key.endsWith('.csv') ? lines.splice(0, 1) : []
  return { key: isPacked ? key.slice(0, -'.gz'.length) : key, header, lines }
}
