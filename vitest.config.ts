import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make servers on loopback slow.
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ["default", "./test/closing-line.ts"],
  },
});
