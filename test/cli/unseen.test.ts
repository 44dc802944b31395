import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openOutput } from "../../src/adapters/terminal/output.ts";
import { createTerminalLog } from "../../src/adapters/terminal/log.ts";
import { runCli } from "../../src/cli/program.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { renderProblems } from "../../src/problem/render-problems.ts";
import { JobLog } from "../world/runner/commands.ts";
import { findObeyed, hostileText, UNSEEN } from "../text/hostile-text.ts";
import { startBench } from "./bench.ts";

describe("no text of others steers a terminal", () => {
  test.each([true, false])("in an error, expected or not, as text and as JSON (colours: %s)", async (color) => {
    const holds = fc.asyncProperty(hostileText(), hostileText(), fc.boolean(), async (said, fix, isKnown) => {
      const error = isKnown ? new SeedbedError("git-failed", said, { fix }) : new Error(said);
      const { bench, printed } = startBench({ color, checkout: () => Promise.reject(error) });
      await runCli(["validate", "--json"], bench);
      expect(findObeyed(printed.err)).toBe("");
      expect(printed.out.replaceAll("\n", "")).not.toMatch(UNSEEN);
      expect(JSON.parse(printed.out)).toMatchObject({ error: { message: said } });
    });
    await fc.assert(holds);
  });

  test("and colours of theirs are none of ours", async () => {
    const error = new SeedbedError("git-failed", "\u001b[1;31mred\u001b[0m", { fix: "\u001b[34mblue" });
    const { bench, printed } = startBench({ color: true, checkout: () => Promise.reject(error) });
    await runCli(["validate"], bench);
    expect(printed.err).toContain("\\u{1b}[1;31mred\\u{1b}[0m");
    expect(printed.err).toContain("fix: \\u{1b}[34mblue");
  });

  test("in an argument that is none", async () => {
    const holds = fc.asyncProperty(hostileText(), async (argument) => {
      const { bench, printed } = startBench();
      await runCli([`x${argument}`], bench);
      await runCli(["init", "hr", "--owner", `x\u0000${argument}`], bench);
      expect(findObeyed(printed.err + printed.out)).toBe("");
    });
    await fc.assert(holds);
  });

  test("in any field of a problem, or the line that it is about", () => {
    const problem = fc.record({
      severity: fc.constantFrom("error" as const, "warning" as const),
      code: fc.constant("unknown-key"),
      path: hostileText(),
      line: fc.integer({ min: 1, max: 3 }),
      column: fc.integer({ min: 1, max: 20 }),
      what: hostileText(),
      why: hostileText(),
      fix: hostileText(),
      docs: fc.constant("docs/dba.md"),
    });
    const holds = fc.property(problem, hostileText(), fc.boolean(), (one: Problem, text, color) => {
      expect(findObeyed(renderProblems([one], { [one.path]: text }, { color }))).toBe("");
    });
    fc.assert(holds);
  });

  test("in a line, a title or a subject of the log", async () => {
    const holds = fc.asyncProperty(hostileText(), fc.constantFrom(true, false), async (text, isDone) => {
      let shown = "";
      const log = createTerminalLog({ write: (line) => (shown += line), interactive: false, now: () => 0 });
      await log.group(text, async () => log.info(text));
      log.warn(text);
      log.progress(text, { done: isDone ? 2 : 1, total: 2, unit: "bytes" });
      expect(findObeyed(shown)).toBe("");
    });
    await fc.assert(holds);
  });

  test("in whatever a command prints without having thought of it", () => {
    const holds = fc.property(hostileText(), fc.boolean(), (text, isPainted) => {
      let shown = "";
      openOutput((line) => (shown += line), { inJob: false })(isPainted ? { painted: text } : text);
      expect(findObeyed(shown)).toBe("");
    });
    fc.assert(holds);
  });
});

test("in a job of GitHub's no text of others is a command to its runner", () => {
  const holds = fc.property(hostileText(), fc.boolean(), (text, isPainted) => {
    let shown = "";
    openOutput((line) => (shown += line), { inJob: true })(isPainted ? { painted: text } : text);
    const log = new JobLog();
    for (const line of shown.split("\n")) log.read(line);
    // A command would have masked something, or be shown as a group or an error.
    expect(log.text).toBe(`${shown}\n`);
  });
  fc.assert(holds, { numRuns: 300 });
});
