export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/src/testing/make-state-home.ts',
  globalTeardown: '<rootDir>/src/testing/remove-state-home.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testMatch: ['src', 'pipelines', 'bench'].map((folder) => `<rootDir>/${folder}/**/*.test.ts`),
  testPathIgnorePatterns: ['\\.services\\.test\\.ts$'],
  // In CI they have what Spark leaves of two cores.
  testTimeout: 300000,
  testSequencer: '<rootDir>/jest.sequencer.js',
  // Jest leaves one core to itself; these tests wait as much as they work.
  maxWorkers: '100%',
}
