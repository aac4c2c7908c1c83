import { configDefaults, defineConfig } from "vitest/config";

/** Tests that compare times: nothing else may run beside them. */
const ALONE = [
  "tests/bench/**/*.test.ts",
  "tests/e2e/links-browser/weight.test.ts",
  "tests/e2e/webhooks-out/black-hole.test.ts",
  "tests/engine/hanging-connector.test.ts",
  "tests/hostile/**/*.test.ts",
  "tests/service/routing/condition.test.ts",
];

export default defineConfig({
  test: {
    // Real databases, sockets and processes: a process each, and time enough on two busy cores.
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    globalSetup: ["tests/global-setup.ts"],
    setupFiles: ["tests/openapi/setup.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...ALONE],
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: { name: "alone", include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
