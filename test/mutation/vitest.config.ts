import { defineConfig } from 'vitest/config';

// Mutants of rules/ run against its tables and laws, with fewer cases and one seed, so that a survivor is no accident.
// What reads files or pins pages says nothing about them. One worker without isolation: starting costs more than running.
export default defineConfig({
  test: {
    include: ['test/rules/**/*.test.ts'],
    exclude: ['test/rules/documents.test.ts', 'test/rules/cli.test.ts'],
    env: { LAW_CASES: '25', LAW_SEED: '7' },
    testTimeout: 60_000,
    isolate: false,
    fileParallelism: false,
  },
});
