import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CANARIES, findCanaries } from "../../world/canaries.ts";
import { removeWorld } from "../../world/world.ts";
import { canonical, isOpen, KeptDemo, momentsWithRawData, peoplesRows, sha256 } from "./kept-demo.ts";

const TOP = join(import.meta.dirname, "../../..");
const FIRST = "Seed hr";
const RESEED = "Reseed hr";

let kept: KeptDemo;
let output: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-story-"));
  kept = new KeptDemo(folder);
  const main = join(TOP, "test/demo/main.ts");
  const ran = await execa(process.execPath, [main, "--story", "chain", "--keep", folder], { all: true, reject: false });
  output = ran.all;
  // Fail with the demo's own output, which says more than the failures of the tests below.
  if (ran.exitCode !== 0) throw new Error(`the demo ended with ${ran.exitCode ?? ran.signal}:\n${output.slice(-4000)}`);
});
afterAll(() => removeWorld(kept.folder));

describe("the demo", () => {
  it("ends with the table of proofs and what was a stand-in", () => {
    const closing = output.slice(output.indexOf("What was shown"));
    for (const proof of [
      "all mistakes are reported at once, each on its line",
      "the source is clean afterwards",
      "the dump is never written to disk",
      "the database is never open with unmasked data",
      "one flipped byte is detected before the import",
      "changing a parameter needs no export, import or restart",
      "a failed export changes nothing",
      "a reseed replaces the data on the old volume",
      "kill -9 during the import is recovered from",
      "no secret in files, output or logs",
    ])
      expect(closing).toContain(proof);
    expect(closing).toMatch(/Stand-ins: .*No\s+real\s+Oracle\s+Database,\s+GitHub\s+or\s+cluster\s+was\s+involved\./s);
    expect(closing.trimEnd().split("\n").at(-1)).toMatch(/^ +\d+ proofs, \d+ chapters, /);
  });

  it("refuses a folder that is not empty, and a story that it does not know, with the reason", async () => {
    const main = join(TOP, "test/demo/main.ts");
    const full = await execa(process.execPath, [main, "--keep", kept.folder], { reject: false });
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toContain(`${kept.folder} is not empty`);
    const other = await execa(process.execPath, [main, "--story", "none"], { reject: false });
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toContain('Unknown story "none"');
  });
});

describe("the source, by its own counters", () => {
  it("ran two jobs for each seed and one for the failed export, and nothing for a parameter", async () => {
    const { exports, logons, ssh } = await kept.counts();
    expect(exports).toEqual({ started: 5, completed: 5, stopped: 0 });
    expect(logons).toEqual({ ok: 3, refused: 0 });
    expect(ssh.refused).toBe(0);
  });

  it("is clean: no job, no file, no statement that it had to refuse", async () => {
    const { data_pump: left } = await kept.counts();
    expect(left).toEqual({ jobs_left: [], files_left: [], statements_refused: 0 });
    expect(await readdir(join(kept.folder, "source/dump"))).toEqual([]);
  });
});

describe("the images", () => {
  it("are two, with digests that are of their bytes in the registry", async () => {
    const { registry } = await kept.counts();
    const images = [await kept.lockOf(FIRST), await kept.lockOf(RESEED)].map(({ image }) => image!.digest);
    expect(registry.manifests.slice(1)).toEqual(images.map((digest) => `dev/hr@${digest}`));
    for (const digest of images) expect(sha256(await blob(digest))).toBe(digest);
  });

  it.each([FIRST, RESEED])(
    "carry each file as a layer of its own, in order, as their configuration says: %s",
    async (message) => {
      const { image, dump_set: dumpSet } = await kept.lockOf(message);
      const manifest = JSON.parse((await blob(image!.digest)).toString("utf8")) as {
        config: { digest: string };
        layers: { digest: string; size: number; annotations?: Record<string, string> }[];
      };
      const names = manifest.layers.map(({ annotations }) => annotations?.["dev.seedbed.layer"]);
      expect(names).toEqual([
        undefined,
        "runtime",
        expect.stringMatching(/^dump\/SEEDBED_\w+_1_01\.dmp$/),
        expect.stringMatching(/^dump\/SEEDBED_\w+_2_01\.dmp$/),
        "facts",
      ]);
      expect(names.filter((name) => name?.startsWith("dump/"))).toHaveLength(dumpSet!.files);
      const bytes = await Promise.all(manifest.layers.map(({ digest }) => blob(digest)));
      expect(bytes.map(sha256)).toEqual(manifest.layers.map(({ digest }) => digest));
      expect(bytes.map(({ length }) => length)).toEqual(manifest.layers.map(({ size }) => size));
      const config = JSON.parse((await blob(manifest.config.digest)).toString("utf8")) as {
        rootfs: { diff_ids: string[] };
      };
      // Our layers are plain tar: the digest of the blob is the one of its contents.
      expect(config.rootfs.diff_ids.slice(1)).toEqual(manifest.layers.slice(1).map(({ digest }) => digest));
    },
  );

  it("as the second client unpacked them hold files with the sums of SHA256SUMS, and rows as the lock says", async () => {
    const { dump_set: dumpSet } = await kept.lockOf(FIRST);
    const sums = await kept.text("pulled/opt/seedbed/facts/SHA256SUMS");
    expect(sha256(sums)).toBe(dumpSet!.digest);
    let bytes = 0;
    for (const line of sums.trimEnd().split("\n")) {
      const [sum, name] = line.split("  ") as [string, string];
      const folder = name.endsWith(".dmp") ? "dump" : "facts";
      const file = await kept.bytes(`pulled/opt/seedbed/${folder}/${name}`);
      expect(sha256(file), name).toBe(`sha256:${sum}`);
      if (folder === "dump") bytes += file.length;
    }
    expect(bytes).toBe(dumpSet!.bytes);
    const rows = (await kept.text("pulled/opt/seedbed/facts/rows.tsv")).trimEnd().split("\n");
    expect(rows.reduce((sum, line) => sum + Number(line.split("\t")[2]), 0)).toBe(dumpSet!.rows);
  });
});

async function blob(digest: string): Promise<Buffer> {
  return await kept.bytes(`registry/${digest.replace(":", "-")}`);
}

describe("the lock", () => {
  it.each([FIRST, RESEED])(
    "has digests that are of what it holds and of what the image carries: %s",
    async (message) => {
      const { digests, seed, image, dump_set: dumpSet, reset } = await kept.lockOf(message);
      const { source, scope, export: options, target } = seed!;
      expect(digests!.seed_inputs).toBe(sha256(canonical({ source, scope, export: options, profile: target.profile })));
      expect(digests!.import_inputs).toBe(sha256(canonical({ import: seed!.import, charset: target.charset })));
      const root = `cluster/hr/images/${image!.digest.slice("sha256:".length)}/opt/seedbed`;
      expect(sha256(await kept.bytes(`${root}/facts/SHA256SUMS`))).toBe(dumpSet!.digest);
      const runtime = (await kept.files(root)).filter((path) => !/\/opt\/seedbed\/(dump|facts|default)\//.test(path));
      const files = await Promise.all(
        runtime.map(async (path) => [path.slice(root.length + 1), sha256(await kept.bytes(path))]),
      );
      const { base, platform } = image!;
      expect(digests!.runtime).toBe(sha256(canonical({ base, platform, files: Object.fromEntries(files) })));
      const key = sha256(canonical({ dump_set: dumpSet!.digest, import_inputs: digests!.import_inputs, reset }));
      expect(await manifestsOf(message)).toContain(`IMPORT_KEY=${key}`);
      expect(await manifestsOf(message)).toContain(`@${image!.digest}`);
    },
  );

  it("rises by one with each seed; a parameter and a failed export leave it as it was", async () => {
    const [first, parameter, reseed] = await Promise.all(
      [FIRST, "More cursors", RESEED].map((one) => kept.lockOf(one)),
    );
    expect(first!.generation).toBe(1);
    expect(parameter).toEqual(first);
    expect(reseed!.generation).toBe(2);
    expect(reseed!.digests).toEqual(first!.digests);
    expect(reseed!.dump_set!.digest).not.toBe(first!.dump_set!.digest);
    expect((await kept.git("log", "--format=%s")).split("\n")).toHaveLength(5);
    expect(await kept.git("status", "--porcelain")).toBe("");
  });
});

async function manifestsOf(message: string): Promise<string> {
  const commit = (await kept.git("log", "--format=%H", `--grep=^${message}`)).trim();
  return await kept.git("show", `${commit}:environments/hr/manifests/40-database.yaml`);
}

describe("the database, by its journal", () => {
  it("is never open with data that is not masked yet", async () => {
    const moments = await kept.moments();
    const raw = momentsWithRawData(moments);
    expect(
      raw.filter((moment) => Object.keys(peoplesRows(moment)).length > 0).length,
      "there was raw data",
    ).toBeGreaterThan(10);
    expect(raw.filter(isOpen)).toEqual([]);
    const open = moments.filter((moment) => isOpen(moment) && Object.keys(peoplesRows(moment)).length > 0);
    expect(open.length).toBeGreaterThan(0);
    for (const moment of open) {
      expect(moment, "open to people").toMatchObject({ masked: true, jobs: 0, db_links: 0 });
      expect(moment.users_unlocked.filter((user) => user !== "APP" && !user.startsWith("SEEDBED_"))).toEqual([]);
    }
  });

  it("opens only after checked, at every start, by the container's log", async () => {
    const phases = await kept.phases();
    let checked = false;
    for (const line of phases) {
      if (line === "checked done" || line === "checked skip") checked = true;
      if (line === "start" || line === "imported start" || line === "configured start") checked = false;
      if (line.startsWith("open ") && line !== "open progress") expect(checked, line).toBe(true);
    }
    expect(phases.filter((line) => line === "open done").length).toBe(3);
    const finished = /finished=(\S+)/.exec(await kept.text("cluster/hr/volume/.seedbed/state/checked"))![1]!;
    const opened = (await kept.moments()).findLast(({ tag }) => tag === "READ-WRITE")!;
    expect(Date.parse(finished)).toBeLessThanOrEqual(Date.parse(opened.time));
  });

  it("starts a second time without an import", async () => {
    const second = (await kept.moments()).filter(({ start }) => start === 2);
    expect(second.length).toBeGreaterThan(0);
    expect(second.filter(({ program }) => program === "impdp")).toEqual([]);
    const phases = (await kept.phases()).join("\n").split(/^start$/m)[2]!;
    expect(phases).toMatch(/^imported skip$/m);
    expect(phases).not.toMatch(/^imported start$/m);
  });

  it("takes a parameter while it is open, once, without an import or a restart", async () => {
    const moments = await kept.moments();
    const set = moments.filter(({ event, start }) => start === 2 && event === "ALTER SYSTEM SET open_cursors=800");
    expect(set).toHaveLength(1);
    expect(isOpen(set[0]!)).toBe(true);
    const { container } = await kept.counts();
    expect(container.starts).toBe(4);
  });

  it("has the reseed's rows at the end, after a kill in the middle of its import", async () => {
    const moments = await kept.moments();
    const { container } = await kept.counts();
    expect(container.exits).toEqual([
      { start: 1, code: 137, phase: "open" },
      { start: 2, code: 143, phase: "open" },
      { start: 3, code: 137, phase: "imported" },
    ]);
    const killed = moments.findLast(({ start }) => start === 3)!;
    expect(isOpen(killed)).toBe(false);
    const last = moments.at(-1)!;
    const { dump_set: dumpSet } = await kept.lockOf(RESEED);
    expect(Object.values(last.rows).reduce((sum, count) => sum + count, 0)).toBe(dumpSet!.rows);
    const before = moments.findLast(({ start }) => start === 2)!;
    expect(last.rows).toEqual({ ...before.rows, "HR.EMPLOYEES": before.rows["HR.EMPLOYEES"]! + 250 });
    expect(last).toMatchObject({ open_mode: "READ WRITE", restricted: false, masked: true, users_unlocked: ["APP"] });
  });

  it("was backed up while it was open, and the backup was imported under another name", async () => {
    const moments = await kept.moments();
    expect(
      moments.some(({ program, event }) => program === "expdp" && /EXPORT SEEDBED_BACKUP_\w+ successfully/.test(event)),
    ).toBe(true);
    const restored = moments.filter(
      ({ program, event }) => program === "impdp" && /^import HR_SEEDBED_RT\.EMPLOYEES$/.test(event),
    );
    expect(restored).toHaveLength(1);
    expect((await readdir(join(kept.folder, "cluster/hr/volume/.seedbed/backups"))).length).toBe(1);
  });
});

describe("a node with one flipped byte", () => {
  it("has an image that differs from the pulled one in exactly that byte, and stops before the import", async () => {
    const { image } = await kept.lockOf(FIRST);
    const root = `other-node/hr/images/${image!.digest.slice("sha256:".length)}/opt/seedbed/dump`;
    const different: string[] = [];
    for (const name of await readdir(join(kept.folder, root))) {
      const [there, here] = [await kept.bytes(`${root}/${name}`), await kept.bytes(`pulled/opt/seedbed/dump/${name}`)];
      expect(there.length).toBe(here.length);
      const bytes = there.filter((byte, at) => byte !== here[at]).length;
      different.push(...Array.from({ length: bytes }, () => name));
    }
    expect(different).toHaveLength(1);
    const log = await kept.text("flipped-byte.log");
    expect(log).toMatch(new RegExp(`^seedbed phase=verified event=fail .*${different[0]}`, "m"));
    expect(await kept.phases("flipped-byte.log")).not.toContain("imported start");
    const moments = await kept.moments("other-node/hr/journal.jsonl");
    expect(moments.filter(({ program }) => program === "impdp")).toEqual([]);
    expect(moments.filter((moment) => Object.keys(peoplesRows(moment)).length > 0)).toEqual([]);
  });
});

describe("an export that fails", () => {
  it("is told with Oracle's words, our explanation and what is left", () => {
    const chapter = output.slice(output.indexOf("An export that fails"), output.indexOf("A reseed, killed"));
    expect(chapter).toContain("ORA-01555: snapshot too old");
    expect(chapter).toContain("no longer reaches back to the SCN");
    expect(chapter).toContain("nothing is left on the source");
    expect(chapter).toMatch(/= fix: .*undo_retention/);
  });
});

describe("the secrets", () => {
  it("stand nowhere but where the cluster mounted them and where a database keeps passwords", async () => {
    expect(findCanaries(output)).toEqual([]);
    const found: string[] = [];
    const files = await kept.files();
    for (const path of files)
      for (const name of findCanaries((await kept.bytes(path)).toString("latin1"))) found.push(`${name} in ${path}`);
    expect(files.length).toBeGreaterThan(400);
    const allowed = [
      /^appPassword in (cluster|other-node)\/hr\/pod\/_run_secrets_seedbed_hr-app\/\S+\/password$/,
      /^appPassword in cluster\/hr\/volume\/FREE\/control01\.ctl$/,
    ];
    expect(found.filter((place) => !allowed.some((pattern) => pattern.test(place)))).toEqual([]);
    expect(found.length, "the search finds what is there").toBeGreaterThan(0);
    expect(findCanaries(Buffer.from(CANARIES.registryPassword).toString("base64"))).toEqual(["registryPassword"]);
  });
});
