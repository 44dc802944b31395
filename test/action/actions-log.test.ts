import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findObeyed } from "../text/hostile-text.ts";
import { JobLog, readLines } from "../world/runner/commands.ts";

const src = (path: string) => JSON.stringify(join(import.meta.dirname, "../../src", path));

/** Whatever ends a line somewhere, is white space to .NET, or has no weight in its comparisons. */
const BEFORE = [
  "",
  " \t",
  ..."\n \r \r\n \v \f \u0085 \u2028 \u2029 \u00a0 \u1680 \u2003 \u202f \u3000 \u200b \u200d \u00ad \ufeff \u0000 \u001c \u001b[2K".split(
    " ",
  ),
];

/** The commands that change something, a made-up group, and the old spelling, which counts anywhere in a line. */
const COMMANDS = [
  "::add-mask::Oracle",
  "::set-output name=image::x",
  "::save-state name=deployment::x",
  "::stop-commands::seedbed-stop",
  "::ADD-MASK::Oracle",
  "::error title=made up::x",
  "::group::made up",
  "##[add-mask]Oracle",
  "##[error]made up",
  "##[set-output name=image]x",
];

const HOSTILE = BEFORE.flatMap((before) => COMMANDS.map((command) => `x${before}${command}\n${before}${command}`));

describe("the log of a step", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "seedbed-log-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function start(program: string) {
    const path = join(folder, "program.ts");
    await writeFile(
      path,
      `import { createActionsLog } from ${src("adapters/actions/log.ts")};
import { openStepOutput } from ${src("adapters/actions/output.ts")};
import { sayLastWords } from ${src("adapters/process/last-words.ts")};
import { describeError } from ${src("problem/describe-error.ts")};
let now = 0;
const log = createActionsLog(() => now);
const output = openStepOutput(${JSON.stringify(folder)});
const HOSTILE = ${JSON.stringify(HOSTILE)};
${program}`,
    );
    return await execa(process.execPath, [path], { reject: false, all: true, env: { GITHUB_OUTPUT: "" } });
  }

  /** What a runner makes of what a program prints. */
  async function run(program: string): Promise<string> {
    const { all } = await start(program);
    const log = new JobLog();
    await readLines(Readable.from([Buffer.from(all)], { objectMode: false }), (line) => log.read(line));
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
    expect(text).toContain("##[warning]one\n\\::error::two");
    expect(text).not.toContain("##[error]made up");
    expect(text).toContain("\\::add-mask::Oracle");
  });

  test.each([
    ["a line", "log.info(text)"],
    ["a warning", "log.warn(text)"],
    ["an error", "output.fail(text, text)"],
    ["a group", "await log.group(text, async () => undefined)"],
    ["a subject whose progress is told", `log.progress(text, { done: 1, total: 2, unit: "percent" })`],
    ["an error that nobody caught", "if (text === HOSTILE.at(-1)) fail()"],
  ])("whatever stands before it, as %s", async (_, say) => {
    const text = await run(`
sayLastWords((error) => output.fail(describeError(error), "seedbed"));
const fail = () => setImmediate(() => { throw new Error(HOSTILE.join("\\n"), { cause: new Error(HOSTILE.join("\\n")) }); });
for (const text of HOSTILE) { ${say}; }
log.info("Oracle says");`);
    expect(text).toContain("Oracle says");
    expect(text).not.toMatch(/##\[(?:error title=)?made up|^##\[(?:group|error)\]made up/m);
    expect(text).not.toContain("***");
    // Of what is hidden only the line feeds are left.
    expect(findObeyed(text)).toBe("");
  });

  test("an error that nobody caught ends the program at once", async () => {
    const { exitCode, all } = await start(`
sayLastWords((error) => output.fail(describeError(error), "seedbed"));
setImmediate(() => { throw new Error("nobody thought of this"); });
setTimeout(() => console.log("still here"), 100);`);
    expect(exitCode).toBe(7);
    expect(all).toContain(
      "::error title=seedbed::error[unexpected]%3A Error%3A nobody thought of this".replaceAll("%3A", ":"),
    );
    expect(all).not.toContain("still here");
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
