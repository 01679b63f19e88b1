import type { Config } from './config.js'
import { openStorage, type Storage } from './storage/storage.js'

/** Opens the raw zone and the warehouse as configured; nothing is contacted yet. */
export function openStorages({ storage }: Config): { raw: Storage; warehouse: Storage } {
  const checksums = storage.checksums === 'when_required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED'
  const options = {
    forcePathStyle: storage.path_style,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    ...(storage.region ? { region: storage.region } : {}),
    ...(storage.endpoint ? { endpoint: storage.endpoint } : {}),
  } as const
  return {
    raw: openStorage(storage.raw, options),
    warehouse: openStorage(storage.warehouse, options),
  }
}
