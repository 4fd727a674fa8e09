import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Processes, not threads: a test may set TZ or start the command line.
    pool: 'forks',
    // Both cores of a small machine: the default leaves one idle.
    maxWorkers: 2,
    setupFiles: ['test/support/random-worlds.ts'],
    testTimeout: 60_000,
    globals: false,
  },
});
