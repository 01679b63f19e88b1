import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { builtInFolder } from '../project.js'
import { generatedPages } from './pages.js'

for (const [file, text] of await generatedPages())
  await writeFile(path.join(builtInFolder, file), text)
