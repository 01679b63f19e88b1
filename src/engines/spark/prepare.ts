import PQueue from 'p-queue'
import type { Settings } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { dialect, settingStatement, vocabularyLayers } from './vocabulary.js'

/** Statements that a session is given at a time: each takes the server a moment, and there are more than a hundred. */
const atATime = 8

/** Makes a session speak what models are written in: dialect, settings, vocabulary. */
export async function prepareSession(
  session: SparkSession,
  settings: Settings,
  configuration: Readonly<Record<string, string>> = {},
): Promise<void> {
  await session.configure({ ...dialect, ...configuration })
  await defineSettings(session, settings)
  for (const statements of await vocabularyLayers()) await executeAll(session, statements)
}

/** (Re)defines settings as functions; statements of the session see the values of the last time. */
export const defineSettings = (session: SparkSession, settings: Settings): Promise<void> =>
  executeAll(
    session,
    Object.entries(settings).map(([name, value]) => settingStatement(name, value)),
  )

async function executeAll(session: SparkSession, statements: readonly string[]): Promise<void> {
  const queue = new PQueue({ concurrency: atATime })
  await queue.addAll(statements.map((statement) => () => session.execute(statement)))
}
