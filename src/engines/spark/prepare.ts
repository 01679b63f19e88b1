import type { Settings } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { dialect, settingStatement, vocabularyStatements } from './vocabulary.js'

/** Makes a session speak what models are written in: dialect, settings, vocabulary. */
export async function prepareSession(
  session: SparkSession,
  settings: Settings,
  configuration: Readonly<Record<string, string>> = {},
): Promise<void> {
  await session.configure({ ...dialect, ...configuration })
  await defineSettings(session, settings)
  for (const statement of await vocabularyStatements()) await session.execute(statement)
}

export async function defineSettings(session: SparkSession, settings: Settings): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await session.execute(settingStatement(name, value))
}
