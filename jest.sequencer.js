import Sequencer from '@jest/test-sequencer'

/** Run the whole job again and again, for a minute and more. */
const isLong = ({ path }) => /\/src\/(increment|stream|publish\/kill)/.test(path)

/** Long files first, so that no core waits for one at the end: a clone knows no times, and begins with the files of most text. */
export default class LongFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests)
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))]
  }
}
