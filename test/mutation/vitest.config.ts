import { defineConfig } from 'vitest/config';

// Mutants of rules/ run against its tables and laws, with fewer cases and one seed, so that a survivor is no accident.
export default defineConfig({
  test: {
    include: ['test/rules/**/*.test.ts'],
    env: { LAW_CASES: '200', LAW_SEED: '7' },
    testTimeout: 60_000,
  },
});
