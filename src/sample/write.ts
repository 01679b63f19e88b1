import type { SampleSummary } from './books.js'
import { generateSample, type SampleOptions } from './generate.js'

/** The part of a storage that a sample needs. */
export interface SampleTarget {
  write(key: string, body: Uint8Array): Promise<unknown>
}

/** Writes a sample below `raw/` and `truth/` of the target, one object at a time, and returns its summary. */
export async function writeSample(
  target: SampleTarget,
  options: SampleOptions & { folderMarkers?: boolean } = {},
): Promise<SampleSummary> {
  const objects = generateSample(options)
  for (;;) {
    const { done, value } = objects.next()
    if (done) return value
    // A folder on disk has no object of its own name, so local targets go without the marker.
    const isMarker = value.key.endsWith('/')
    if (!isMarker || options.folderMarkers !== false) await target.write(value.key, value.body)
  }
}
