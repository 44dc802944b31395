import { defineConfig } from "vitest/config";
import { projectOf, testFiles } from "./test/projects.ts";

const ALL = Object.groupBy(testFiles(), projectOf);
const outsiders = [...(ALL.world ?? []), ...(ALL.e2e ?? []), ...(ALL.contract ?? [])];

export default defineConfig({
  test: {
    passWithNoTests: false,
    reporters: ["default", "./test/closing-line.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: outsiders,
          isolate: false,
          setupFiles: ["./test/in-process.ts"],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "world",
          include: ALL.world,
          maxWorkers: 4,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ALL.e2e,
          maxWorkers: 4,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "contract",
          include: ALL.contract,
          maxWorkers: 4,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
