import type { Engine } from '../engines/engine.js'
import { quoted } from '../sql.js'
import type { ChurnSettings } from './settings.js'

/** A role of `churn_event_roles` that a setting asks for and no touchpoint has. */
export interface MissingRole {
  role: 'purchase' | 'cancellation'
  setting: string
}

/** The role without which nobody is active, or nobody churns: what event types of one's own lead to until they have one. */
export async function missingRole(
  engine: Engine,
  { activity, label }: Pick<ChurnSettings, 'activity' | 'label'>,
): Promise<MissingRole | undefined> {
  const asked: MissingRole[] = []
  if (activity === 'purchase') asked.push({ role: 'purchase', setting: 'churn.activity: purchase' })
  if (label === 'cancellation')
    asked.push({ role: 'cancellation', setting: 'churn.label: cancellation' })
  for (const missing of asked) if (!(await hasRole(engine, missing.role))) return missing
  return undefined
}

async function hasRole(engine: Engine, role: string): Promise<boolean> {
  const [row] = await engine.query(`select count(*) as touchpoints from touchpoints t
  join churn_event_roles r on r.event_type = t.event_type and r.role = ${quoted(role)}`)
  return Number(row?.touchpoints) > 0
}

/** Why no model is trained, and what to do. */
export const missingRoleText = ({ role, setting }: MissingRole): string =>
  `no touchpoint has an event type with the role ${role}, which ${setting} asks for: name yours in config/churn_event_roles.csv of a project folder`
