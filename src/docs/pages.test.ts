import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { builtInFolder } from '../project.js'
import { generatedPages } from './pages.js'

const pages = [...(await generatedPages())]

test.each(pages)('%s is what `make generate` writes', (file, text) => {
  expect(readFileSync(path.join(builtInFolder, file), 'utf8')).toBe(text)
})
