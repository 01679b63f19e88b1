import {
  type Consumer,
  fetchV13,
  fetchV14,
  fetchV15,
  fetchV16,
  fetchV17,
  UnsupportedApiError,
} from '@platformatic/kafka'

/** Newest first; from version 13 on a topic is known by its id, so that one made anew is noticed. */
const versions = [fetchV17, fetchV16, fetchV15, fetchV14, fetchV13]

export type FetchApi = typeof fetchV17.api
export type FetchResponse = Awaited<ReturnType<FetchApi['async']>>
export type FetchRequestTopic = Parameters<FetchApi['async']>[7][number]

/** The newest version of the fetch request that the broker knows too. */
export async function negotiateFetch(client: Consumer): Promise<FetchApi> {
  const known = (await client.listApis()).find(({ name }) => name === 'Fetch')
  const chosen = versions.find(
    ({ api }) => known && known.minVersion <= api.version && api.version <= known.maxVersion,
  )
  if (chosen !== undefined) return chosen.api
  throw new UnsupportedApiError('No version of the fetch request is known to both sides.')
}
