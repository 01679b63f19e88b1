import type { RawObject } from '../collect/raw-objects.js'
import type { Config } from '../config.js'
import { type OpenState, openState, type WantedState } from '../state/state.js'
import { isMostlyNew, objectChanges } from './object-changes.js'

/** Opens what is kept to go on from it; undefined where that may not be, or where too little of it would be left as it is. */
export async function openToGoOn(
  config: Config,
  wanted: WantedState,
  objects: readonly RawObject[],
): Promise<OpenState | undefined> {
  const state = await openState(config, wanted)
  if (state === undefined) return undefined
  try {
    if (!isMostlyNew(objects, await objectChanges(state.engine, objects))) return state
  } catch (error) {
    await state.engine.close()
    throw error
  }
  await state.engine.close()
  return undefined
}
