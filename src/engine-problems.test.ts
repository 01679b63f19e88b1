import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { engineKinds } from './engine-problems.js'

test('a folder is an engine once it has an engine, from source or from a build', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'engines-'))
  const files = ['source/engine.ts', 'built/engine.js', 'begun/functions.sql', 'engine.ts']
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), '')
  }
  expect(engineKinds(folder)).toEqual(['built', 'source'])
  rmSync(folder, { recursive: true })
})
