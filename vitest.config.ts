import { defineConfig } from 'vitest/config';

const slow = { testTimeout: 120_000, hookTimeout: 120_000 };
// Left to itself it keeps a core free: of two, one would do all the work.
const everyCore = { maxWorkers: '100%', sequence: { groupOrder: 0 } };

// Unit: pure, in parallel. Integration: real servers. e2e: whole line and browser, one at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{host,detector,vlm,rules,edge,store,mes,hmi,line}/**/*.test.ts'],
          testTimeout: 60_000,
          ...everyCore,
        },
      },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...slow, ...everyCore } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
