import { describe, expect, it } from "vitest";
import { SeedbedError } from "../../src/problem/error.ts";
import { ExportError } from "../../src/export/export-error.ts";
import type { Log } from "../../src/ports/log.ts";
import { nameCancel } from "../../src/use-cases/name-cancel.ts";
import { StageLog } from "../../src/use-cases/stage-log.ts";

function stages() {
  const lines: string[] = [];
  let now = 0;
  const log: Log = {
    group: async (title, work) => {
      lines.push(title);
      return await work();
    },
    info: (text) => void lines.push(text),
    warn: (text) => void lines.push(`warning: ${text}`),
    progress: () => undefined,
  };
  const clock = { now: () => now, sleep: async () => undefined };
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { stages: new StageLog(log, clock), lines, pass };
}

describe("StageLog", () => {
  it("remembers what each stage took and said, and which one failed", async () => {
    const { stages: log, lines, pass } = stages();
    const value = await log.run("export", async () => {
      pass(12_345);
      return { value: 7, text: "5 tables" };
    });
    expect(value).toBe(7);
    expect(log.reports).toEqual([{ name: "export", seconds: 12.3, text: "5 tables" }]);
    await expect(log.run("image", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(log.current).toBe("image");
    expect(log.reports).toHaveLength(1);
    log.warn("slow");
    expect(log.warnings).toEqual(["slow"]);
    expect(lines).toEqual(["export", "5 tables", "image", "warning: slow"]);
  });
});

describe("an error of a run", () => {
  const aborted = AbortSignal.abort();
  const broke = new Error("socket hang up");

  it("is what it is while nobody cancels", () => {
    expect(nameCancel(broke, new AbortController().signal, stages().stages)).toBe(broke);
  });

  it("is a cancel once somebody did, with the stage, and what broke as its cause", () => {
    const { stages: log } = stages();
    log.current = "stream and push";
    const error = nameCancel(broke, aborted, log) as SeedbedError;
    expect(error).toBeInstanceOf(SeedbedError);
    expect(error).toMatchObject({ code: "seed-cancelled", cause: broke });
    expect(error.message).toContain('"stream and push"');
  });

  it("of an export says itself that it was cancelled, and what is left", () => {
    const error = new ExportError("export-cancelled", "cancelled", { fix: "again", leftOnSource: ["job A"] });
    expect(nameCancel(error, aborted, stages().stages)).toBe(error);
  });
});
