import { readFileSync } from 'node:fs'
import path from 'node:path'
import { builtInFolder } from './project.js'

/** Throughline's own version, as package.json states it. */
export const version: string = (
  JSON.parse(readFileSync(path.join(builtInFolder, 'package.json'), 'utf8')) as { version: string }
).version
