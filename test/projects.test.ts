import type ChildProcess from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type Net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import config from "../vitest.config.ts";
import { takeRefused } from "./in-process.ts";
import { projectOf, testFiles } from "./projects.ts";

const TOP = join(import.meta.dirname, "..");

interface Configured {
  test: { name: string; include: string[]; exclude?: string[]; isolate?: boolean };
}

describe("every test file", () => {
  const projects = (config as { test: { projects: Configured[] } }).test.projects.map((project) => project.test);
  const placesOf = (file: string): string[] =>
    projects
      .filter(({ include }) => include.some((pattern) => matchesGlob(file, pattern)))
      .filter(({ exclude = [] }) => !exclude.some((pattern) => matchesGlob(file, pattern)))
      .map(({ name }) => name);

  test("belongs to exactly one project", () => {
    expect(testFiles().length).toBeGreaterThan(200);
    for (const file of testFiles()) expect({ file, in: placesOf(file) }).toEqual({ file, in: [projectOf(file)] });
  });
});

test("no test has a limit of its own: there is one for all, far from what a busy machine needs", () => {
  // The closing line of a test with a number behind it, and the option in front of its body.
  const own =
    /^\s*\}, [\d_]{4,}\);$|^.*(?:describe|test|it|expect\.poll)\b.*\{ timeout: [\d_]+ \}.*$|^\s*\{ timeout: [\d_]+ \},$/gm;
  const found = testFiles().flatMap((file) =>
    [...readFileSync(join(TOP, file), "utf8").matchAll(own)].map(([line]) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
  expect("  }, 60_000);".match(own)).not.toBeNull();
});

describe("a test file's project", () => {
  const top = mkdtempSync(join(tmpdir(), "seedbed-projects-"));
  afterAll(() => rmSync(top, { recursive: true }));
  const helpers = {
    "src/pure.ts": "export const pure = 1;\n",
    "src/git.ts": 'import { execFile } from "node:child_process";\nexport const git = execFile;\n',
    "src/through.ts":
      'import { pure } from "./pure.ts";\nimport { \n  git, \n } from "./git.ts";\nexport const both = [pure, git];\n',
    "test/need.ts": "export const needs = (): boolean => true;\n",
    "test/cluster/start.ts": 'import "node:https";\nexport const start = 1;\n',
  };
  for (const [path, text] of Object.entries(helpers)) write(path, text);

  test.each([
    ["unit", "test/plan/a.test.ts", 'import { pure } from "../../src/pure.ts";'],
    ["unit", "test/plan/b.test.ts", 'import type { git } from "../../src/git.ts";'],
    ["unit", "test/plan/c.test.ts", `const text = 'import "node:net"';`],
    ["e2e", "test/plan/d.test.ts", 'import { both } from "../../src/through.ts";'],
    ["e2e", "test/plan/e.test.ts", 'const { git } = await import("../../src/git.ts");'],
    ["e2e", "test/plan/f.test.ts", 'import "ssh2";'],
    ["e2e", "test/e2e/g.test.ts", 'import { pure } from "../../src/pure.ts";'],
    ["world", "test/world/h.test.ts", 'import { git } from "../../src/git.ts";'],
    ["contract", "test/contract/i.test.ts", ""],
    ["contract", "test/e2e/j.test.ts", 'import { needs } from "../need.ts";'],
    ["cluster", "test/cluster/k.test.ts", ""],
    ["cluster", "test/cli/l.test.ts", 'import { start } from "../cluster/start.ts";'],
  ])("is %s for %s with %s", (project, file, text) => {
    write(file, `${text}\n`);
    expect(projectOf(file, top)).toBe(project);
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
});

describe("a unit test", () => {
  // By a name that test/projects.ts cannot read: this file has to stay a unit test.
  const load = <T>(name: string): Promise<T> => import(/* @vite-ignore */ name) as Promise<T>;

  test("starts no process, whatever it imports", async () => {
    const { execFile, spawn, spawnSync } = await load<typeof ChildProcess>("node:child_process");
    for (const start of [execFile, spawn, spawnSync])
      expect(() => start("true")).toThrow("A unit test starts a process.");
    expect(takeRefused()).toHaveLength(3);
  });

  test("listens on no port and connects to none", async () => {
    const { connect, createServer } = await load<typeof Net>("node:net");
    expect(() => createServer().listen(0)).toThrow("A unit test listens on a port.");
    expect(() => connect(1)).toThrow("A unit test connects to a port.");
    expect(takeRefused()).toHaveLength(2);
  });
});

describe("the commands", () => {
  const read = (path: string): string => readFileSync(join(import.meta.dirname, "..", path), "utf8");
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  test("of CI are those of the README, and they run the checks and every project", () => {
    const command = "npm ci && npm test";
    expect(read("README.md")).toMatch(new RegExp(`^${command} `, "m"));
    // The second one as root, who alone makes containers.
    const lines = read(".ci/run").trimEnd().split("\n");
    expect(lines).toContain("npm ci");
    expect(lines.at(-1)).toMatch(/^as_root env .* npm test$/);
    expect(scripts["test"]).toBe("npm run -s check && vitest run");
  });

  test("for each project are there and are explained", () => {
    const names = ["check", "test:unit", "test:watch", "test:world", "test:e2e", "test:contract", "test:cluster"];
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names));
    for (const name of names) expect(read("CONTRIBUTING.md")).toContain(`| \`npm run ${name}\` |`);
  });
});
