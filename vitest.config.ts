import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Processes, not threads: a test may set TZ or start the command line.
    pool: 'forks',
    testTimeout: 60_000,
    globals: false,
  },
});
