import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 10_000 } },
    globalSetup: ['test/helpers/postgres-for-the-run.ts'],
    setupFiles: ['test/helpers/no-network.ts'],
  },
})
