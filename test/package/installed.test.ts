import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainOldNode } from "../../src/cli/node-version.ts";

const TOP = join(import.meta.dirname, "../..");
const ALLOWED =
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/.+\.md|dist\/(?:cli\.js|kubernetes\.js|oracledb\.js|seedbed\.js|licenses\.txt|container\/runtime\/.+|templates\/[^/]+))$/;

interface Packed {
  filename: string;
  unpackedSize: number;
  files: { path: string; mode: number }[];
}

let folder: string;
let packed: Packed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "seedbed-package-"));
  const pack = ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder];
  const { stdout } = await execa("npm", pack, { cwd: TOP });
  packed = (JSON.parse(stdout) as [Packed])[0];
  await execa("tar", ["-xzf", join(folder, packed.filename), "-C", folder]);
  await mkdir(join(folder, "databases"));
  await execa("git", ["init", "--quiet"], { cwd: join(folder, "databases") });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the unpacked package's command in a repository that is not Seedbed's; no package lies beside it. */
function seedbed(args: string[], nodeOptions: string[] = []) {
  return execa(process.execPath, [...nodeOptions, join(folder, "package/dist/cli.js"), ...args], {
    cwd: join(folder, "databases"),
    env: { GIT_CONFIG_GLOBAL: "/dev/null" },
    reject: false,
  });
}

describe("the package", () => {
  test("holds the command line, what it reads and what people read, and nothing else", async () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !ALLOWED.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(["README.md", "LICENSE", "CHANGELOG.md", "docs/design.md"]));
    const runtime = await readdir(join(TOP, "src/container/runtime"), { recursive: true, withFileTypes: true });
    const wanted = runtime.filter((entry) => entry.isFile()).length;
    expect(paths.filter((path) => path.startsWith("dist/container/runtime/"))).toHaveLength(wanted);
    // Of these, 1.2 MB are the client for clusters.
    expect(packed.unpackedSize).toBeLessThan(7_000_000);
    expect(packed.files.find(({ path }) => path === "dist/cli.js")?.mode).toBe(0o755);
  });

  test("tells its version", async () => {
    const { version } = JSON.parse(await readFile(join(TOP, "package.json"), "utf8")) as { version: string };
    for (const option of ["--version", "-V"])
      expect(await seedbed([option])).toMatchObject({ exitCode: 0, stdout: version, stderr: "" });
  });

  test("begins a request in a repository of its own, and finds what is open in it", async () => {
    const init = await seedbed(["init", "hr", "--owner", "ada"]);
    expect(init).toMatchObject({ exitCode: 0, stderr: "" });
    expect(init.stdout).toContain("wrote  environments/hr/database_config.yaml");
    const validate = await seedbed(["validate"]);
    expect(validate.exitCode).toBe(1);
    expect(validate.stdout).toContain("error[empty-value]: placement.cluster is empty");
    expect(validate.stdout).toMatch(/^\d+ errors in 1 of 1 request\.$/m);
  });

  test("brings the templates of a platform along", async () => {
    const action = `acme/seedbed@${"5eedbed".padEnd(40, "0")}`;
    const options = [
      "--action",
      action,
      "--app",
      "7",
      "--organisation",
      "acme",
      "--repository",
      "https://github.com/acme/databases",
    ];
    expect(await seedbed(["init", "--platform", ...options])).toMatchObject({ exitCode: 0 });
  });

  test("says that the demo is in the repository alone", async () => {
    const { exitCode, stderr } = await seedbed(["demo"]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "error[demo-missing]: The demo is not part of the installed package.\n" +
        "  = fix: Clone the repository, then run: npm ci && npm run demo",
    );
  });

  test("says on an older Node that it needs another one, and reads nothing else", async () => {
    const fake = join(folder, "old.cjs");
    await writeFile(
      fake,
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });\n',
    );
    const { exitCode, stdout, stderr } = await seedbed(["--version"], ["--require", fake]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(
      /^error\[old-node\]: Seedbed needs Node 24 or newer, and this is Node 20\.20\.2\.\n {2}= fix: /,
    );
  });
});

test.each([
  ["20.20.2", false],
  ["8.17.0", false],
  ["23.11.1", false],
  ["24.0.0", true],
  ["24.0.0-rc.1", true],
  ["100.1.0", true],
])("Node %s is new enough: %s", (version, enough) => {
  expect(explainOldNode(version) === null).toBe(enough);
});

test("the file that an old Node reads first has no import and no syntax that is newer than itself", async () => {
  const text = await readFile(join(folder, "package/dist/cli.js"), "utf8");
  expect(text).not.toMatch(/^import |\?\?=|\|\|=|\bwith \{/m);
  expect(text.length).toBeLessThan(2000);
});
