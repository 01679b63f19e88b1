import { readConfig, sourceFunctions } from '../src/config.js'
import type { EmbeddedEngine } from '../src/engines/engine.js'
import { isEmbedded, openEngine, runSettings } from '../src/prepare.js'
import { openStorage } from '../src/storage/storage.js'
import { withScratchFolder } from './cache.js'

/** An engine with two threads, the vocabulary of models and an empty folder for files, all gone after `use`. */
export const withEngine = <T>(
  use: (engine: EmbeddedEngine, folder: string) => Promise<T>,
): Promise<T> =>
  withScratchFolder(async (folder) => {
    const config = readConfig(undefined, { THROUGHLINE__ENGINE__THREADS: '2' })
    const engine = await openEngine(
      { config },
      { workFolder: folder, run: 'bench', warehouse: openStorage(folder) },
    )
    if (!isEmbedded(engine)) throw new Error('benchmarks are of the embedded engine')
    try {
      await engine.defineSettings({ ...runSettings(config), ...sourceFunctions('', {}) })
      return await use(engine, folder)
    } finally {
      await engine.close()
    }
  })
