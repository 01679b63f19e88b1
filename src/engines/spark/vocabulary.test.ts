import { expect, test } from '@jest/globals'
import { endCollectDialect } from './vocabulary.js'

const name = 'spark.sql.constraintPropagation.enabled'

test.each([
  [{}, [`reset ${name}`]],
  [{ [name]: false, other: 1 }, [`${name} = false`]],
])(
  'after collect a session is as the config %j and the server have it',
  async (settings, expected) => {
    const given: string[] = []
    const session = {
      async execute(sql: string) {
        given.push(sql)
        return []
      },
      async configure(pairs: Readonly<Record<string, string>>) {
        given.push(...Object.entries(pairs).map(([key, value]) => `${key} = ${value}`))
      },
    }
    await endCollectDialect(session, settings)
    expect(given).toEqual(expected)
  },
)
