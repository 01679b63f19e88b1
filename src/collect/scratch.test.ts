import { test } from '@jest/globals'
import { sourceFiles } from '../testing/collect-file.js'
import { contracts, withEngine } from '../testing/engine.js'
import { intakeSelect } from './source-file.js'

test('t', async () => {
  await withEngine({}, async (engine) => {
    await engine.execute(`create table main.t as select 'x' as a, 'b' as b, 'c' as c`)
    await engine.execute(
      `create table main.raw as select 'x' as object_id, 1::bigint as row_number, '{}' as payload, timestamp '2024-01-01' as loaded_at`,
    )
    const out: string[] = []
    for (const q of [
      `select blank_to_null(a) from t`,
      `select identifier('email', a) from t`,
      `select identifier('phone', a) from t`,
      `select identifier('zzz', a) from t`,
      `select concat_ws(chr(31), identifier('phone', a), identifier('email', a), identifier('phone', b), identifier('x', c)) from t`,
    ]) {
      const c2 = process.cpuUsage()
      await engine.query(q)
      const c3 = process.cpuUsage(c2)
      out.push(`${q} run ${Math.round(c3.user / 1000)}`)
    }
    for (const [name, f] of sourceFiles) {
      const c0 = process.cpuUsage()
      const { intake, select } = await intakeSelect(engine, f, contracts)
      const c1 = process.cpuUsage(c0)
      const c2 = process.cpuUsage()
      await engine.execute(`create or replace table ${intake.rows} as ${select}`)
      const c3 = process.cpuUsage(c2)
      out.push(`${name} describe ${Math.round(c1.user / 1000)} run ${Math.round(c3.user / 1000)}`)
    }
  })
})
