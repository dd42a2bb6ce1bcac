import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // A plugin of its own, which a test installs and tests elsewhere.
    exclude: ['**/node_modules/**', '**/dist/**', 'e2e/packed-plugin/**'],
    include: [
      'packages/*/test/**/*.test.ts',
      'e2e/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
