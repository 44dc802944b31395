import type { Reporter, TestModule } from "vitest/node";

/** One plain line at the very end, for readers that know no test runner. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    for (const test of tests) {
      const { state } = test.result();
      if (state !== "pending") counts[state] += 1;
    }
    // A file that fails outside its tests is a failure too.
    const broken = modules.filter(
      (module) => !module.ok() && [...module.children.allTests()].every((test) => test.ok()),
    );
    counts.failed += broken.length;
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    process.on("exit", () => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`));
  }
}
