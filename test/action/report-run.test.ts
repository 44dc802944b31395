import { describe, expect, test } from "vitest";
import type { ActionBench } from "../../src/action/action-ports.ts";
import type { StepOutput } from "../../src/ports/step-output.ts";
import { reportSeed } from "../../src/action/report-run.ts";
import { runAction } from "../../src/action/run-action.ts";
import { systemClock } from "../../src/adapters/process/clock.ts";
import { createTerminalLog } from "../../src/adapters/terminal/log.ts";
import { decide } from "../../src/door/decide.ts";
import type { SeedResult } from "../../src/lock/seed-result.ts";
import { StageLog } from "../../src/use-cases/stage-log.ts";
import { goodFacts } from "../door/main-now.ts";
import { exampleFailed, exampleSeeded } from "../lock/example-lock.ts";

type Method = "set" | "summarize" | "fail";

/** A step whose runner refuses some methods; `told` is what reached it, `lines` its log. */
function step(broken: Method[]) {
  const told: string[] = [];
  const lines: string[] = [];
  const take = (method: Method, text: string) => {
    if (broken.includes(method)) throw new Error(`ENOSPC: no space left for ${method}`);
    told.push(`${method} ${text}`);
  };
  const output: StepOutput = {
    mask: () => undefined,
    save: () => undefined,
    set: (name) => take("set", name),
    summarize: async (markdown) => take("summarize", markdown.split("\n")[0]!),
    fail: (_text, title) => take("fail", title),
    keepResult: async () => {
      told.push("result");
      return "seed-result.json";
    },
  };
  const log = createTerminalLog({ write: (text) => void lines.push(text), interactive: false, now: () => 0 });
  return { told, lines, output, log };
}

const GOOD = decide(await goodFacts());

function finished(result: SeedResult) {
  if ("refuse" in GOOD) throw new Error(GOOD.sentence);
  return { result, pass: GOOD.go, stages: new StageLog(step([]).log, systemClock) };
}

describe("the end of a seed run", () => {
  test("a finished seed stays one when the run's page cannot be written", async () => {
    const { told, lines, ...voice } = step(["summarize", "fail"]);
    expect(await reportSeed(finished(exampleSeeded), voice)).toBe(0);
    const names = ["outcome", "generation", "image", "image_digest", "dump_set"];
    expect(told).toEqual([...names.map((name) => `set ${name}`), "result", "set result"]);
    expect(lines.join("")).toContain("The run's page could not be written: ENOSPC: no space left for summarize");
  });

  test("a failed one keeps its result as well", async () => {
    const { told, lines, ...voice } = step(["summarize", "fail"]);
    expect(await reportSeed(finished(exampleFailed), voice)).toBe(1);
    expect(told).toEqual(["set outcome", "set generation", "result", "set result"]);
    expect(lines.join("")).toContain("no space left for fail");
  });

  test("no result is left where an output cannot be written", async () => {
    const { told, ...voice } = step(["set"]);
    await expect(reportSeed(finished(exampleSeeded), voice)).rejects.toThrow("ENOSPC");
    expect(told).toEqual([]);
  });

  test("a step that can neither annotate nor summarize still ends with its exit code", async () => {
    const { told, lines, output, log } = step(["summarize", "fail"]);
    const never = () => {
      throw new Error("must not be used");
    };
    const bench: ActionBench = {
      environment: { INPUT_COMMAND: "seed", INPUT_DATABASE: "hr" },
      output,
      log,
      clock: systemClock,
      signal: new AbortController().signal,
      github: never,
      connect: never,
      runtime: never,
    };
    expect(await runAction(bench)).toBe(1);
    expect(told).toEqual([]);
    expect(lines).toHaveLength(2);
  });
});
