import base from './jest.config.js'

// Tests against servers that we did not write; `make test-services` installs them.
export default {
  ...base,
  testMatch: ['<rootDir>/src/**/*.services.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300000,
  // Spark leaves some of two cores to the others.
  maxWorkers: 2,
}
