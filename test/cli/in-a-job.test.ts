import { join } from "node:path";
import { Readable } from "node:stream";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JobLog, readLines } from "../world/runner/commands.ts";
import { findObeyed } from "../text/hostile-text.ts";
import { REQUEST, startRepository, type TestRepository } from "./repository.ts";

const CLI = join(import.meta.dirname, "../../src/cli.ts");

let repository: TestRepository;
beforeEach(async () => {
  repository = await startRepository();
});
afterEach(() => repository.remove());

test.each(["validate", "plan", "render", "verify"])(
  "in a job of GitHub's, what `seedbed %s` quotes of a request or a path is no command to the runner",
  async (command) => {
    await repository.change(REQUEST, "owner: ada", 'owner: "##[add-mask]ada"\n"::set-output name=x::y": 1');
    await repository.write("environments/##[add-mask]x/database_config.yaml", "owner: ada\n");
    repository.commit();
    const env = { GITHUB_ACTIONS: "true" };
    const { all, exitCode } = await execa(process.execPath, [CLI, command], {
      cwd: repository.folder,
      env,
      reject: false,
      all: true,
    });
    const log = new JobLog();
    await readLines(Readable.from([Buffer.from(all)], { objectMode: false }), (line) => log.read(line));
    expect(exitCode).toBe(command === "verify" ? 0 : 1);
    expect(log.text.replaceAll("\n", "")).toBe(all.replaceAll("\n", ""));
    expect(all).not.toContain("##[");
    expect(findObeyed(all)).toBe("");
    if (command === "validate") expect(all).toContain("##\\[add-mask]");
  },
);
