import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const TOP = join(import.meta.dirname, "../..");
const PIN = "5eedbed".padEnd(40, "0");
const OPTIONS = ["--action", `acme/seedbed@${PIN}`, "--app", "7", "--organisation", "acme"];

const HERE = ["--repository", "https://github.com/acme/databases"];

describe("seedbed init --platform", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "seedbed-init-"));
    await execa("git", ["init", "--quiet"], { cwd: folder });
  });
  afterAll(() => rm(folder, { recursive: true }));
  const seedbed = (...args: string[]) =>
    execa(process.execPath, [join(TOP, "src/cli.ts"), ...args], { cwd: folder, reject: false });

  test("says what it needs, before it writes anything", async () => {
    const { stderr, exitCode } = await seedbed("init", "--platform", "--app", "7");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Missing: --action, --organisation.");
    const tag = await seedbed("init", "--platform", ...OPTIONS.map((text) => text.replace(PIN, "v1")), ...HERE);
    expect(tag.stderr).toContain("does not name an Action by its full SHA");
    expect((await seedbed("init", "hr", "--platform", ...OPTIONS)).stderr).toContain(
      "--platform does not create a request",
    );
    expect((await seedbed("init", "--platform", ...OPTIONS)).stderr).toContain("Missing: --repository");
    const folderOnly = [...OPTIONS, "--repository", "/srv/databases"];
    expect((await seedbed("init", "--platform", ...folderOnly)).stderr).toContain("not the address of a repository");
    expect((await seedbed("init", "--platform", ...OPTIONS, "--fleet", "push")).stderr).toContain('--fleet is "push"');
    await expect(readFile(join(folder, ".github/seedbed.yml"))).rejects.toThrow("ENOENT");
  });

  test.each([
    "git@ghe.example:acme/databases.git",
    "ssh://git@ghe.example:2222/acme/databases.git",
    "https://ada:canary-token@ghe.example/acme/databases",
  ])("takes the repository's address from git: %s", async (remote) => {
    const other = await mkdtemp(join(tmpdir(), "seedbed-init-"));
    await execa("git", ["init", "--quiet"], { cwd: other });
    await execa("git", ["remote", "add", "origin", remote], { cwd: other });
    await execa(process.execPath, [join(TOP, "src/cli.ts"), "init", "--platform", ...OPTIONS, "--fleet", "webhook"], {
      cwd: other,
    });
    const text = await readFile(join(other, ".github/seedbed/gitrepo.yaml"), "utf8");
    expect(parse(text)).toMatchObject({
      spec: {
        repo: "https://ghe.example/acme/databases",
        disablePolling: true,
        paths: ["environments/*/manifests", ".github/seedbed/marker"],
      },
    });
    expect(text).not.toContain("canary");
    expect(await readFile(join(other, ".github/seedbed/marker/fleet.yaml"), "utf8")).toContain("seedbed-marker");
    await rm(other, { recursive: true });
  });

  test("writes workflow, settings, ruleset and instructions, filled in", async () => {
    await execa("git", ["remote", "add", "origin", "https://github.com/acme/databases.git"], { cwd: folder });
    const { stdout, exitCode } = await seedbed("init", "--platform", ...OPTIONS);
    expect({ stdout, exitCode }).toMatchObject({ exitCode: 0 });
    const workflow = await readFile(join(folder, ".github/workflows/provision.yml"), "utf8");
    expect(workflow.match(new RegExp(`uses: acme/seedbed@${PIN}`, "g"))).toHaveLength(2);
    expect(await readFile(join(folder, ".github/seedbed.yml"), "utf8")).toContain("acme/platform");
    expect(JSON.parse(await readFile(join(folder, ".github/seedbed/ruleset.json"), "utf8"))).toMatchObject({
      bypass_actors: [{ actor_id: 7 }],
    });
    expect(await readFile(join(folder, ".github/seedbed/environment-setup.md"), "utf8")).toContain("SEEDBED_SOURCE");
    const validated = await seedbed("validate");
    expect(validated.exitCode).toBe(0);
    expect(validated.stdout).toContain("warning[no-approval-keys]: approval.keys is empty");
    expect(validated.stdout).toContain("warning[placeholder-digest]: the digest is all zeros");
    expect(validated.stdout).toContain("2 warnings in 1 file.");
  });

  test("never writes over a file that is there", async () => {
    const { stderr, exitCode } = await seedbed("init", "--platform", ...OPTIONS);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("These files already exist: .github/workflows/provision.yml");
  });
});
