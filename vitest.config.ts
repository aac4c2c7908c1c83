import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/global-setup.ts"],
    setupFiles: ["tests/openapi/setup.ts"],
    // Real databases, sockets and processes: a process each, and time enough on two busy cores.
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
