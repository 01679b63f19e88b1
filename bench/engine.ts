import { readConfig } from '../src/config.js'
import type { Engine } from '../src/engines/engine.js'
import { openEngine } from '../src/prepare.js'
import { withScratchFolder } from './cache.js'

/** An engine with two threads and an empty folder for files, both gone after `use`. */
export const withEngine = <T>(use: (engine: Engine, folder: string) => Promise<T>): Promise<T> =>
  withScratchFolder(async (folder) => {
    const config = readConfig(undefined, { THROUGHLINE__ENGINE__THREADS: '2' })
    const engine = await openEngine(config, folder)
    try {
      return await use(engine, folder)
    } finally {
      await engine.close()
    }
  })
