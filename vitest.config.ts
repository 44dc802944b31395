import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { COMPILED } from "./test/world/compiled.ts";
import { Sequencer } from "./test/sequencer.ts";
import { projectOf, testFiles, type Project } from "./test/projects.ts";

const files: Record<Project, string[]> = { unit: [], world: [], e2e: [], contract: [], cluster: [] };
for (const file of testFiles()) files[projectOf(file)].push(file);

/** A machine that is busy with something else takes several times as long: no limit is near what a quiet one needs. */
const COMMON = {
  env: { NODE_COMPILE_CACHE: COMPILED },
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 120_000 } },
};

function waiting(name: Project): TestProjectInlineConfiguration {
  return { test: { name, include: files[name], ...COMMON, sequence: { groupOrder: 1 } } };
}

const unit: TestProjectInlineConfiguration = {
  test: {
    name: "unit",
    // A file that is written while the tests watch is one of these until it reaches for more.
    include: ["test/**/*.test.ts"],
    exclude: [...files.world, ...files.e2e, ...files.contract, ...files.cluster],
    ...COMMON,
    isolate: false,
    // These compute all the time: more of them at once than there are cores only import everything once more.
    maxWorkers: 2,
    setupFiles: ["./test/in-process.ts"],
    sequence: { groupOrder: 0 },
  },
};

const cluster: TestProjectInlineConfiguration = {
  test: {
    name: "cluster",
    include: files.cluster,
    globalSetup: ["./test/cluster/tell-missing.ts"],
    ...COMMON,
    // The first of them may wait for the programs to be built, which goes on while all others run.
    hookTimeout: 3_600_000,
    sequence: { groupOrder: 1 },
  },
};

export default defineConfig({
  test: {
    // Most files wait for processes and timers most of the time, so two cores carry more than two of them.
    maxWorkers: 4,
    sequence: { sequencer: Sequencer },
    passWithNoTests: false,
    reporters: ["default", "./test/closing-line.ts"],
    projects: [unit, waiting("world"), waiting("e2e"), waiting("contract"), cluster],
  },
});
