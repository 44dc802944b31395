import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLIENT_ROOMS } from "./client-rooms.ts";

const top = join(import.meta.dirname, "../..");
const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join("\n");

/** One seeded violation per rule: the file it stands in, its text, and the rule that must bite. */
const seeds: [name: string, path: string, text: string, rule: string][] = [
  ["a file over 200 lines", "src/image/long.ts", lines(201, "void 0;"), "max-lines"],
  [
    "a function over 40 lines",
    "src/image/f.ts",
    `export function f(): void {\n${lines(41, "void 0;")}\n}`,
    "max-lines-per-function",
  ],
  [
    "nesting over two",
    "src/image/n.ts",
    "export function f(a: boolean): void { if (a) { if (a) { if (a) { void 0; } } } }",
    "max-depth",
  ],
  ["four parameters", "src/image/p.ts", "export const f = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];", "max-params"],
  [
    "six exports",
    "src/image/e.ts",
    ["a", "b", "c", "d", "e", "f"].map((n) => `export const ${n} = 1;`).join("\n"),
    "max-exports",
  ],
  ["any", "src/image/a.ts", "export const a: any = 1;", "no-explicit-any"],
  [
    "a floating promise",
    "src/image/fp.ts",
    "export function f(): void { Promise.resolve(1); }",
    "no-floating-promises",
  ],
  ["a held promise", "src/image/hp.ts", "const b = [1].map(async () => 1); await 2; await b;", "no-held-promises"],
  ["a swallowed error", "src/image/s.ts", "export function f(): void { try { JSON.parse(''); } catch {} }", "no-empty"],
  [
    "a lost cause",
    "src/image/c.ts",
    "export function f(): void { try { JSON.parse(''); } catch (error) { throw new Error('no'); } }",
    "preserve-caught-error",
  ],
  ["a loose comparison", "src/image/eq.ts", "export const a = (b: unknown): boolean => b == 1;", "eqeqeq"],
  [
    "a forgotten case",
    "src/image/sw.ts",
    "export function f(a: 'b' | 'c'): void { switch (a) { case 'b': return; } }",
    "switch-exhaustiveness-check",
  ],
  ["process.exit", "src/image/x.ts", "process.exit(1);", "no-process-exit"],
  ["process.env outside an entry", "src/use-cases/env.ts", "export const a = process.env['HOME'];", "no-process-env"],
  ["a barrel", "src/image/barrel.ts", "export * from './image.ts';", "no-reexport"],
  ["console", "src/use-cases/log.ts", "console.log(1);", "no-console"],
  [
    "the disk in a use case",
    "src/use-cases/disk.ts",
    "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    "no-restricted-imports",
  ],
  [
    "a port in a parser",
    "src/request/port.ts",
    "import type { Log } from '../ports/log.ts'; export type A = Log;",
    "no-restricted-imports",
  ],
  [
    "the network in a renderer",
    "src/manifests/net.ts",
    "import { connect } from 'node:net'; export const a = connect;",
    "no-restricted-imports",
  ],
  [
    "a driver in a stage",
    "src/export/driver.ts",
    "import oracledb from 'oracledb'; export const a = oracledb;",
    "no-restricted-imports",
  ],
  [
    "a stage's function in another stage",
    "src/image/stage.ts",
    "import { run } from '../export/run.ts'; export const a = run;",
    "no-restricted-imports",
  ],
  [
    "an adapter in a use case",
    "src/use-cases/adapter.ts",
    "import { a } from '../adapters/process/clock.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  ...CLIENT_ROOMS,
  [
    "the bot in src",
    "src/use-cases/bot.ts",
    "import { a } from '../../bot/env.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a use case in the door",
    "src/door/story.ts",
    "import { a } from '../use-cases/permit.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a port in the door",
    "src/door/port.ts",
    "import type { Log } from '../ports/log.ts'; export type A = Log;",
    "no-restricted-imports",
  ],
  [
    "the disk in the door",
    "src/door/disk.ts",
    "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    "no-restricted-imports",
  ],
  [
    "the disk where a login is looked for",
    "src/registry-login/disk.ts",
    "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    "no-restricted-imports",
  ],
  [
    "an adapter where a login is looked for",
    "src/registry-login/adapter.ts",
    "import { openProcess } from '../adapters/process/actions-exec.ts'; export const a = openProcess;",
    "no-restricted-imports",
  ],
  [
    "the bot in a parser",
    "src/request/bot.ts",
    "import { a } from '../../bot/env.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the bot in a stage",
    "src/export/bot.ts",
    "import { a } from '../../bot/env.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a format of ours in the reader of any YAML",
    "src/document/format.ts",
    "import { a } from '../request/rule.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a port in the reader of any YAML",
    "src/document/port.ts",
    "import type { Log } from '../ports/log.ts'; export type A = Log;",
    "no-restricted-imports",
  ],
  [
    "a stage where a database's folder is read",
    "src/database/stage.ts",
    "import type { A } from '../export/run-export.ts'; export type B = A;",
    "no-restricted-imports",
  ],
  [
    "what a database's folder holds in the room of its paths",
    "src/layout/folders.ts",
    "import type { A } from '../database/list-folders.ts'; export type B = A;",
    "no-restricted-imports",
  ],
  [
    "a format of ours in the room of digests and keys",
    "src/crypto/lock.ts",
    "import type { Lock } from '../lock/lock.ts'; export type A = Lock;",
    "no-restricted-imports",
  ],
  [
    "the disk where YAML is read",
    "src/document/disk.ts",
    "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    "no-restricted-imports",
  ],
  [
    "a stage in the room of texts",
    "src/text/stage.ts",
    "import { a } from '../plan/plan.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a lock where YAML is read",
    "src/document/lock.ts",
    "import type { Lock } from '../lock/lock.ts'; export type A = Lock;",
    "no-restricted-imports",
  ],
  [
    "the command line in the Action",
    "src/action/cli.ts",
    "import type { A } from '../cli/bench.ts'; export type B = A;",
    "no-restricted-imports",
  ],
  [
    "the command line in an adapter",
    "src/adapters/cli.ts",
    "import type { A } from '../cli/bench.ts'; export type B = A;",
    "no-restricted-imports",
  ],
  [
    "the command line in a use case",
    "src/use-cases/cli.ts",
    "import type { A } from '../cli/bench.ts'; export type B = A;",
    "no-restricted-imports",
  ],
  [
    "the Action's function in a use case",
    "src/use-cases/action.ts",
    "import { a } from '../action/inputs.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the disk in what the bot says of a pull request",
    "bot/decide/pull/disk.ts",
    "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    "no-restricted-imports",
  ],
  [
    "an adapter in what the bot says of a pull request",
    "bot/decide/pull/adapter.ts",
    "import { a } from '../../hub/octokit/hub.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the network in what the bot does on main",
    "bot/decide/main/net.ts",
    "import { connect } from 'node:net'; export const a = connect;",
    "no-restricted-imports",
  ],
  [
    "an adapter of src in what the bot does on main",
    "bot/decide/main/results/clock.ts",
    "import { a } from '../../../../src/adapters/process/clock.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a library with effects in what the bot does on main",
    "bot/decide/main/log.ts",
    "import type { Logger } from 'pino'; export type A = Logger;",
    "no-restricted-imports",
  ],
  [
    "a process in the judgement of reviews",
    "bot/decide/reviews/spawn.ts",
    "import { spawn } from 'node:child_process'; export const a = spawn;",
    "no-restricted-imports",
  ],
  [
    "an adapter in the judgement of reviews",
    "bot/decide/reviews/adapter.ts",
    "import { a } from '../../hub/octokit/hub.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the environment in the judgement of reviews",
    "bot/decide/reviews/env.ts",
    "import type { BotEnv } from '../../env.ts'; export type A = BotEnv;",
    "no-restricted-imports",
  ],
  [
    "a reading in a decision of the bot",
    "bot/decide/pull/read.ts",
    "import { a } from '../../observe/pull/read-side.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the hub's function in a decision of the bot",
    "bot/decide/main/hub.ts",
    "import { a } from '../../hub/hub.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a writing in what the bot observes",
    "bot/observe/main/write.ts",
    "import { a } from '../../write/write-main.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the rounds in what the bot writes",
    "bot/write/rounds.ts",
    "import { a } from '../reconcile/main.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "an adapter where the bot reconciles",
    "bot/reconcile/adapter.ts",
    "import { a } from '../../hub/octokit/hub.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the disk in the bot's environment",
    "bot/env.ts",
    "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    "no-restricted-imports",
  ],
  [
    "the network in the bot's assembly",
    "bot/app.ts",
    "import { createServer } from 'node:http'; export const a = createServer;",
    "no-restricted-imports",
  ],
  [
    "a decision in an adapter of the bot",
    "bot/adapters/decide.ts",
    "import { a } from '../decide/pull/fix-tree.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the command line in the bot's entry",
    "bot/server.ts",
    "import type { A } from '../src/cli/bench.ts'; export type B = A;",
    "no-restricted-imports",
  ],
  [
    "the product in the simulated world",
    "test/world/github/product.ts",
    "import { a } from '../../../src/permit/permit.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "an adapter in the simulated world",
    "test/world/registry/adapter.ts",
    "import { a } from '../../../src/adapters/oci/client.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "the bot in the simulated world",
    "test/world/github/bot.ts",
    "import { a } from '../../../bot/env.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a suite in the simulated world",
    "test/world/cluster/suite.ts",
    "import { a } from '../../e2e/container/kill.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "an entry imported",
    "src/use-cases/entry.ts",
    "import { a } from '../cli.ts'; export const b = a;",
    "no-restricted-imports",
  ],
];

describe("the linter bites on a seeded violation of each rule:", () => {
  const folder = mkdtempSync(join(tmpdir(), "seedbed-lint-"));
  let found: { code: string; filename: string }[] = [];

  beforeAll(async () => {
    for (const name of [".oxlintrc.json", ".oxlint", "tsconfig.json", "package.json"])
      cpSync(join(top, name), join(folder, name), { recursive: true });
    symlinkSync(join(top, "node_modules"), join(folder, "node_modules"));
    for (const [, path, text] of seeds) writeSeed(folder, path, text);
    writeSeed(folder, "src/image/one.ts", "import { two } from './two.ts'; export const one = two;");
    writeSeed(folder, "src/image/two.ts", "import { one } from './one.ts'; export const two = one;");
    writeSeed(folder, "src/image/three.ts", "import type { Four } from './four.ts'; export type Three = Four;");
    writeSeed(folder, "src/image/four.ts", "import type { Three } from './three.ts'; export type Four = Three[];");
    const { stdout } = await execa("oxlint", ["--type-aware", "-f", "json", "."], {
      cwd: folder,
      reject: false,
      preferLocal: true,
      localDir: top,
    });
    found = (JSON.parse(stdout) as { diagnostics: typeof found }).diagnostics;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(seeds)("%s", (_name, path, _text, rule) => {
    expect(
      found
        .filter(({ filename }) => filename === path)
        .map(({ code }) => code)
        .join(" "),
    ).toContain(rule);
  });

  test.each(["src/image/one.ts", "src/image/three.ts"])("an import cycle, also of types: %s", (path) => {
    expect(
      found
        .filter(({ filename }) => filename === path)
        .map(({ code }) => code)
        .join(" "),
    ).toContain("no-cycle");
  });

  test("the type of another stage is welcome", () => {
    writeSeed(
      folder,
      "src/image/fine.ts",
      "import type { DumpSet } from '../export/dump-set.ts'; export type A = DumpSet;",
    );
    return expect(
      execa("oxlint", ["src/image/fine.ts"], { cwd: folder, preferLocal: true, localDir: top }),
    ).resolves.toMatchObject({ exitCode: 0 });
  });
});

function writeSeed(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `${text}\n`);
}
