import path from 'node:path'
import { type Config, readConfig } from '../config.js'
import { builtInFolder } from '../project.js'

/** The sources of the demo, which read what `writeSample` writes. */
export const sampleSources = (): Config['sources'] =>
  readConfig(path.join(builtInFolder, 'config', 'demo.yaml')).sources

/** Default settings on two threads, with raw zone, warehouse and state in folders of those names. */
export function localConfig(folder: string, sources = sampleSources()): Config {
  const config = readConfig(undefined)
  return {
    ...config,
    engine: { ...config.engine, threads: 2 },
    storage: {
      ...config.storage,
      raw: path.join(folder, 'raw'),
      warehouse: path.join(folder, 'warehouse'),
    },
    run: { ...config.run, state_folder: path.join(folder, 'state') },
    sources,
  }
}
