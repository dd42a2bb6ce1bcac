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
    // No test is timed: this only ends one that hangs, on a machine that is ten times slower than ours.
    testTimeout: 20 * 60_000,
    hookTimeout: 20 * 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
