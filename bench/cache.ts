import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { SampleSummary } from '../src/sample/books.js'
import { writeSample } from '../src/sample/write.js'
import { openStorage } from '../src/storage/storage.js'

const cacheFolder = path.resolve('.cache', 'bench')

/** Sample exports of about so many touchpoints, made once and kept; the summary is written last, so it marks a whole one. */
export async function cachedSample(
  touchpoints: number,
): Promise<{ rawFolder: string; summary: SampleSummary }> {
  const folder = path.join(cacheFolder, String(touchpoints))
  const summaryFile = path.join(folder, 'truth', 'summary.json')
  if (!existsSync(summaryFile)) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeSample(openStorage(folder), { touchpoints, seed: 1, folderMarkers: false })
  }
  const summary = JSON.parse(readFileSync(summaryFile, 'utf8')) as SampleSummary
  return { rawFolder: path.join(folder, 'raw'), summary }
}

/** An empty folder for `use`, removed afterwards; on the disk of the project, for temporary folders may lie in memory. */
export async function withScratchFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = path.join(cacheFolder, `scratch-${process.pid}`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
