import { expect, test } from '@jest/globals'
import { workThenEnd } from './work-then-end.js'

const fails = (message: string) => async () => {
  throw new Error(message)
}

test('the end follows the work, also work that fails, and the first error is told', async () => {
  const done: string[] = []
  const does = (what: string) => async () => void done.push(what)
  await workThenEnd(does('work'), does('end'))
  await expect(workThenEnd(fails('work'), does('end'))).rejects.toThrow('work')
  expect(done).toEqual(['work', 'end', 'end'])
  await expect(workThenEnd(fails('work'), fails('end'))).rejects.toThrow('work')
  await expect(workThenEnd(does('work'), fails('end'))).rejects.toThrow('end')
})
