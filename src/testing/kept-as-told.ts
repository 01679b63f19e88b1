import { rm } from 'node:fs/promises'
import { expect } from '@jest/globals'
import type { Config } from '../config.js'
import { configDigest } from '../config-digest.js'
import { columnsOf, readContracts } from '../contract.js'
import { makeWorkFolder } from '../prepare.js'
import { schemaFolders } from '../project.js'
import { readRelease } from '../publish/release.js'
import { closeState, openState } from '../state/state.js'
import { openStorage } from '../storage/storage.js'
import { version } from '../version.js'

/** Asserts that each published table is kept with the rows that its content hash tells of; returns the release that they are of. */
export async function expectKeptAsTold(config: Config): Promise<string> {
  const workFolder = await makeWorkFolder(config)
  const warehouse = openStorage(config.storage.warehouse)
  const { release } = (await readRelease(warehouse))!.release
  const wanted = { configHash: configDigest(config, version), warehouse, release, workFolder }
  const state = (await openState(config, wanted))!
  const contracts = readContracts(schemaFolders())
  const found: Record<string, string> = {}
  for (const table of state.hashes.keys())
    found[table] = await state.engine.contentHash(table, columnsOf(contracts.get(table)!))
  await closeState(state)
  await rm(workFolder, { recursive: true })
  expect(found).toEqual(Object.fromEntries(state.hashes))
  return state.record.release
}
