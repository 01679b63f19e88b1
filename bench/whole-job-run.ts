import { readConfig } from '../src/config.js'
import { runJob } from '../src/run.js'
import { version } from '../src/version.js'
import { reportCost } from './measure.js'

// A process of its own: the whole job, as `throughline run` does it, configured by the environment.
await runJob({ config: readConfig('config/demo.yaml', process.env), version })
reportCost()
