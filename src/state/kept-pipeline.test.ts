import { expect, test } from '@jest/globals'
import type { EmbeddedEngine } from '../engines/engine.js'
import { readPipeline } from '../producers.js'
import { withEngine } from '../testing/engine.js'
import { keptPipeline } from './kept-pipeline.js'

const clear = (engine: EmbeddedEngine) =>
  engine.execute(`update state_pipeline set contracts = '[]', models = '[]'`)

test('what was kept of a pipeline is the pipeline', () =>
  withEngine({}, async (engine) => {
    const read = await readPipeline()
    expect(await keptPipeline(engine)).toEqual(read)
    const kept = await keptPipeline(engine)
    expect([...kept.contracts]).toEqual([...read.contracts])
    expect(kept.producers).toEqual(read.producers)
  }))

test('the files of a pipeline are read once, unless they lie elsewhere', () =>
  withEngine({}, async (engine) => {
    await keptPipeline(engine)
    await clear(engine)
    expect((await keptPipeline(engine)).contracts.size).toBe(0)
    expect((await keptPipeline(engine, 'absent')).contracts.size).toBeGreaterThan(0)
  }))
