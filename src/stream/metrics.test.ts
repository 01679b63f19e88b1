import { expect, test } from '@jest/globals'
import { freePort } from '../testing/free-port.js'
import { createMetrics } from './metrics.js'
import { startMonitor } from './monitor.js'

test('metrics count what a stream does, and health follows whether it still comes round', async () => {
  let now = 0
  const metrics = createMetrics(() => now)
  const port = await freePort()
  const close = await startMonitor(port, metrics)
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: response.status, text: await response.text() }
  }
  try {
    expect((await get('/health')).status).toBe(503)
    expect((await get('/metrics')).text).not.toContain('throughline_lag_records')
    const batch = { rowsRead: 5, rowsRejected: 1, customersTouched: 3, objects: 1 }
    metrics.noteBatch({ ...batch, lag: 7, seconds: 1.5 })
    metrics.noteBatch({ ...batch, lag: 2, seconds: 0.5 })
    metrics.noteRelease()
    metrics.noteTurn(2)
    now = 299_000
    expect(await get('/health')).toEqual({
      status: 200,
      text: '{"healthy":true,"seconds_since_turn":299}\n',
    })
    expect((await get('/metrics')).text.split('\n').filter((line) => /^[^#]/.test(line))).toEqual([
      'throughline_batches_total 2',
      'throughline_rows_total 10',
      'throughline_rows_rejected_total 2',
      'throughline_releases_total 1',
      'throughline_lag_records 2',
      'throughline_touched_customers 3',
      'throughline_last_batch_seconds 0.5',
      'throughline_release_age_seconds 299',
    ])
    now = 301_000
    expect((await get('/health')).status).toBe(503)
    expect((await get('/other')).status).toBe(404)
    await expect(startMonitor(port, metrics)).rejects.toMatchObject({
      code: 'config',
      at: 'stream.metrics_port',
    })
  } finally {
    await close()
  }
})
