import path from 'node:path'
import { expect, test } from '@jest/globals'
import { type Config, readConfig } from '../config.js'
import { stateFolderOf } from './state-folder.js'

const config = readConfig(undefined)
const folderFor = (warehouse: string, more: Partial<Config['storage']> = {}) =>
  stateFolderOf({ ...config, storage: { ...config.storage, warehouse, ...more } })

test('a local warehouse has one state folder, however its path is spelled', () => {
  const absolute = path.resolve('warehouse')
  for (const same of ['warehouse', './warehouse/', `file://${absolute}`])
    expect(folderFor(same)).toBe(folderFor(absolute))
})

test('warehouses of one relative path below two folders have two', () => {
  const here = process.cwd()
  const first = folderFor('warehouse')
  try {
    process.chdir('..')
    expect(folderFor('warehouse')).not.toBe(first)
  } finally {
    process.chdir(here)
  }
})

test('so have buckets of one name in two stores', () => {
  const endpoint = 'http://localhost:9000'
  expect(folderFor('s3://bucket', { endpoint })).not.toBe(folderFor('s3://bucket'))
})
