import { afterAll, beforeAll } from '@jest/globals'
import { openSparkUnderTest, type SparkUnderTest } from '../../testing/spark-under-test.js'
import { operationSuite } from './connect/operation.suite.js'
import { statementSuite } from './connect/statement.suite.js'
import { functionSuite } from './functions.suite.js'
import { identitySuite } from './identity.suite.js'
import { jobSuite } from './job.suite.js'
import { landingSuite } from './landing.suite.js'
import { modelSuite } from './models.suite.js'
import { objectSuite } from './object.suite.js'
import { rawSuite } from './raw.suite.js'
import { realInputSuite } from './real-input.suite.js'
import { scaleSuite } from './scale.suite.js'
import { secondReleaseSuite } from './second-release.suite.js'
import { skewedJobSuite } from './skewed-job.suite.js'
import { sourceSuite } from './sources.suite.js'

let spark: SparkUnderTest
beforeAll(async () => {
  spark = await openSparkUnderTest()
})

// Jobs begin before the first of these, and the second release after the first one's tests: those in between take as long.
statementSuite(() => spark)
functionSuite(() => spark)
modelSuite(() => spark)
const done = jobSuite(() => spark)
sourceSuite(() => spark)
rawSuite(() => spark)
landingSuite(() => spark)
identitySuite(() => spark)
scaleSuite(() => spark)
secondReleaseSuite(() => spark, done)
realInputSuite(() => spark)
skewedJobSuite(() => spark)
objectSuite(() => spark)
operationSuite(() => spark)

// The last of these, after the jobs of suites have ended.
afterAll(() => spark?.close())
