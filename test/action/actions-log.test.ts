import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JobLog } from "../world/runner/commands.ts";

const LOG = join(import.meta.dirname, "../../src/adapters/actions/log.ts");

describe("the log of a step", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "seedbed-log-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What a runner reads of a program that logs. */
  async function run(program: string): Promise<string> {
    const path = join(folder, "program.ts");
    await writeFile(
      path,
      `import { createActionsLog } from ${JSON.stringify(LOG)};
let now = 0;
const log = createActionsLog(() => now);
${program}`,
    );
    const { stdout } = await execa(process.execPath, [path]);
    const log = new JobLog();
    for (const line of stdout.split("\n")) log.read(line);
    return log.text;
  }

  test("text of the source is never a command to the runner", async () => {
    const text = await run(
      `log.info("::add-mask::Oracle\\n  ::set-output name=x::y\\n::stop-commands::z\\n##[error]made up");
log.warn("one\\n::error::two");
log.info("Oracle says");`,
    );
    // Carried out, the first line would have masked the last.
    expect(text).toContain("Oracle says");
    expect(text).toContain("##[warning]one\n::error::two");
    expect(text).not.toContain("##[error]made up");
    expect(text).toContain(":\u200b:add-mask::Oracle");
  });

  test("groups close, also when their work fails, and none stands in another", async () => {
    const text = await run(
      `await log.group("outer", () => log.group("inner", async () => { now += 2000; throw new Error("no"); })).catch(() => undefined);
log.info("after");`,
    );
    expect(text.trim().split("\n")).toEqual([
      "##[group]outer",
      "inner: 2.0 s",
      "outer: 2.0 s",
      "##[endgroup]",
      "after",
    ]);
  });

  test("progress is a line every thirty seconds, and one at the end", async () => {
    const text = await run(
      `for (let done = 0; done <= 100; done += 1) { log.progress("export", { done, total: 100, unit: "percent" }); now += 1000; }`,
    );
    expect(text.trim().split("\n")).toEqual([
      "export: 0 %",
      "export: 30 %",
      "export: 60 %",
      "export: 90 %",
      "export: 100 %",
    ]);
  });
});
