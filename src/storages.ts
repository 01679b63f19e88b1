import type { Zones } from './collect/raw-objects.js'
import type { Config } from './config.js'
import { openStorage, type Storage } from './storage/storage.js'

/** Opens the raw zone, the archive of logs and the warehouse as configured; nothing is contacted yet. */
export function openStorages({ storage, stream }: Config): { zones: Zones; warehouse: Storage } {
  const checksums = storage.checksums === 'when_required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED'
  const options = {
    forcePathStyle: storage.path_style,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    ...(storage.region ? { region: storage.region } : {}),
    ...(storage.endpoint ? { endpoint: storage.endpoint } : {}),
  } as const
  const archive = stream.archive || `${storage.warehouse.replace(/\/+$/, '')}/_log`
  return {
    zones: {
      raw: openStorage(storage.raw, options),
      archive: openStorage(archive, options),
    },
    warehouse: openStorage(storage.warehouse, options),
  }
}
