import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDump } from "../../world/dump/format.ts";
import { Chain, type Outside } from "./chain.ts";
import { expectRefused } from "./expect-refused.ts";

let chain: Chain;
let before: Outside;
beforeAll(async () => {
  chain = await Chain.open();
  before = await chain.outside();
});
afterAll(() => chain.close());

const NO_REGISTRY = {
  SEEDBED_REGISTRY_USERNAME: undefined,
  SEEDBED_REGISTRY_PASSWORD: undefined,
  SEEDBED_BASE_USERNAME: undefined,
  SEEDBED_BASE_PASSWORD: undefined,
};

describe("seedbed seed hr --to <folder>", () => {
  it("writes a dump set that sha256sum confirms, for its owner only, without asking a registry", async () => {
    const folder = join(chain.folder, "out");
    const { registry: uploads } = await chain.world.counts();
    const ran = await chain.seedbed(["seed", "hr", "--to", folder], { environment: NO_REGISTRY });
    expect(ran.code, ran.stderr).toBe(0);
    const checked = await execa("sha256sum", ["-c", "SHA256SUMS"], { cwd: folder });
    expect(checked.stdout.split("\n").every((line) => line.endsWith(": OK"))).toBe(true);
    const names = await readdir(folder);
    expect(names.filter((name) => name.endsWith(".dmp"))).toHaveLength(2);
    expect(checked.stdout.split("\n")).toHaveLength(names.length - 1);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const sums = await readFile(join(folder, "SHA256SUMS"));
    expect(ran.stdout).toContain(`dump set sha256:${createHash("sha256").update(sums).digest("hex")} in ${folder}`);
    const dumps = await Promise.all(
      names.filter((name) => name.endsWith(".dmp")).map((name) => readFile(join(folder, name))),
    );
    expect(dumps.map((bytes) => readDump(bytes).header.mode).toSorted()).toEqual(["SCHEMA", "TABLE"]);
    expect((await chain.world.counts()).registry).toEqual(uploads);
    expect(await chain.outside()).toEqual({ ...before, exportsStarted: 2 });
    expect(chain.leaked()).toEqual([]);
  });

  it("says the same as JSON", async () => {
    const folder = join(chain.folder, "as-json");
    const ran = await chain.seedbed(["seed", "hr", "--to", folder, "--json"], { environment: NO_REGISTRY });
    const said = JSON.parse(ran.stdout) as { folder: string; dumpSet: { digest: string; rows: number; files: number } };
    const sums = await readFile(join(folder, "SHA256SUMS"));
    expect(said).toMatchObject({
      folder,
      dumpSet: { digest: `sha256:${createHash("sha256").update(sums).digest("hex")}`, rows: 7628, files: 2 },
      leftOnSource: [],
    });
  });

  it("takes a new or an empty folder only, and asks nobody for anything else", async () => {
    const folder = join(chain.folder, "used");
    await mkdir(folder);
    await writeFile(join(folder, "notes.txt"), "mine\n");
    const { ssh } = await chain.world.counts();
    await expectRefused(chain, ["seed", "hr", "--to", folder], {
      code: 2,
      says: ["folder-not-empty", `${folder} is not empty`, "Use a new or empty folder"],
    });
    expect((await chain.world.counts()).ssh).toEqual(ssh);
    expect(await readdir(folder)).toEqual(["notes.txt"]);
  });

  /** SFTP falls silent in the middle of the first dump file. */
  async function downloadStandsStill(signal: NodeJS.Signals, folder: string): Promise<number | undefined> {
    const { ssh } = chain.world;
    ssh.faults.stallAfterBytes = [1_000_000];
    const running = chain.start(["seed", "hr", "--to", folder], { environment: NO_REGISTRY });
    while (ssh.faults.stallAfterBytes.length > 0) await sleep(10);
    while (!(await readdir(folder)).some((name) => name.endsWith(".part"))) await sleep(10);
    running.kill(signal);
    const { exitCode } = await running;
    while (ssh.openSockets() > 0) await sleep(10);
    return exitCode;
  }

  it("interrupted leaves an empty folder and a clean source", async () => {
    const folder = join(chain.folder, "interrupted");
    expect(await downloadStandsStill("SIGINT", folder)).toBe(2);
    expect(await readdir(folder)).toEqual([]);
    expect((await chain.outside()).left).toEqual([]);
  });

  it("killed leaves no half file under its final name, and no sums", async () => {
    const folder = join(chain.folder, "killed");
    expect(await downloadStandsStill("SIGKILL", folder)).toBeUndefined();
    const names = await readdir(folder);
    expect(names).toEqual([expect.stringMatching(/^\.SEEDBED_\w+_01\.dmp\.part$/)]);
    await expectRefused(chain, ["seed", "hr", "--to", folder], { code: 2, says: ["folder-not-empty"] });
    const again = await chain.seedbed(["seed", "hr", "--to", join(folder, "again")], { environment: NO_REGISTRY });
    expect(again.code, again.stderr).toBe(0);
    expect((await chain.outside()).left, "the next run removed what was left").toEqual([]);
  });
});
