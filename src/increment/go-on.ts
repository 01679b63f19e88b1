import type { RawObject } from '../collect/raw-objects.js'
import type { Config } from '../config.js'
import { closeState, type OpenState, openState, type WantedState } from '../state/state.js'
import { isMostlyNew, type ObjectChanges, objectChanges } from './object-changes.js'

/** What is kept, and how the raw zone differs from what it was made of. */
export interface GoingOn extends OpenState {
  changes: ObjectChanges
}

/**
 * Opens what is kept to go on from it, unless it is held open; undefined where that may not be, or where too little of it
 * would be left as it is: then it is closed.
 */
export async function openToGoOn(
  config: Config,
  wanted: WantedState,
  objects: readonly RawObject[],
  held?: OpenState,
): Promise<GoingOn | undefined> {
  const state = held ?? (await openState(config, wanted))
  if (state === undefined) return undefined
  try {
    const changes = await objectChanges(state.engine, objects)
    if (!isMostlyNew(objects, changes)) return { ...state, changes }
  } catch (error) {
    await closeState(state)
    throw error
  }
  await closeState(state)
  return undefined
}
