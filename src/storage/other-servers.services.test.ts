import { beforeAll, describe, expect, test } from '@jest/globals'
import { checkpointSuite } from '../checkpoint/checkpoint.suite.js'
import { installServers, openOnServer, otherServers } from '../testing/other-s3-servers.js'
import { examineWarehouse } from './doctor.js'
import { storageSuite } from './storage.suite.js'

beforeAll(installServers)

for (const server of otherServers) {
  storageSuite(`S3, on ${server.name}`, () => openOnServer(server), {
    largeBytes: 12 * 1024 * 1024,
    ...server.suite,
  })

  describe(`doctor, on ${server.name}`, () => {
    test('finds a store that can hold a warehouse', async () => {
      const { storage, close } = await openOnServer(server)
      const failed = (await examineWarehouse(storage)).filter(({ ok }) => !ok)
      await close()
      expect(failed).toEqual([])
    })
  })

  checkpointSuite(`on ${server.name}`, async () => {
    const { storage, close } = await openOnServer(server)
    return { warehouse: storage, close }
  })
}
