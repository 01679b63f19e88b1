import { mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** What runs of tests keep lies apart from what runs of this user keep. */
export default function makeStateHome(): void {
  process.env.XDG_STATE_HOME = mkdtempSync(path.join(os.tmpdir(), 'throughline-state-'))
}
