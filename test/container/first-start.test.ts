import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { filesBelow } from "./files-below.ts";
import { leaks, readJournal, readRefused, RunningContainer } from "./running-container.ts";
import { EMPLOYEES, sampleApply, sampleDumpSet } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret } from "./seeded-root.ts";

const run = promisify(execFile);
const PHASES = [
  "created",
  "found",
  "verified",
  "restricted",
  "prepared",
  "imported",
  "reconciled",
  "secured",
  "configured",
  "checked",
  "backups_on",
  "open",
];
const CANARY = "canary-Xy7_first";

describe("the first start of a seed image", () => {
  let root: string;
  let path: string;
  let container: RunningContainer;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "seedbed-first-"));
    const view = { owner: "HR", type: "VIEW", name: "V", status: "VALID" as const };
    const link = { owner: "HR", type: "DB_LINK", name: "PROD", status: "VALID" as const };
    const job = { owner: "HR", type: "JOB", name: "MAIL", status: "VALID" as const, detail: { enabled: "TRUE" } };
    path = await buildSeededRoot(root, { dumpSet: sampleDumpSet({ objects: [view, link, job] }) });
    await putConfigMap(root, "apply", sampleApply());
    await putSecret(root, "hr-app/password", CANARY);
    container = new RunningContainer(root, path);
    await container.sees(/phase=open event=done/);
  });

  afterAll(async () => {
    await container.kill();
    await rm(root, { recursive: true, force: true });
  });

  test("finishes every phase in order", () => {
    const done = [...container.output.matchAll(/^seedbed phase=(\w+) event=done/gm)].map(([, phase]) => phase);
    expect(done).toEqual(PHASES);
  });

  test("chains the state files by the digest of the one before", async () => {
    let previous = "none";
    for (const phase of PHASES) {
      const bytes = await readFile(join(root, "opt/oracle/oradata/.seedbed/state", phase));
      const text = bytes.toString("utf8");
      expect(text).toMatch(
        /^phase=\w+\ndatabase=\d+\/[0-9A-F]+\nimport_key=sha256:[0-9a-f]{64}\ninputs=sha256:[0-9a-f]{64}\nprevious=\S+\nfinished=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/,
      );
      expect(text).toContain(`phase=${phase}\n`);
      expect(text).toContain(`previous=${previous}\n`);
      previous = digestOfBytes(bytes);
    }
  });

  test("never shows unmasked rows to people, and opens with every row masked", () => {
    expect(leaks(root)).toEqual([]);
    const last = readJournal(root).at(-1)!;
    expect(last).toMatchObject({ open_mode: "READ WRITE", restricted: false, masked: true, jobs: 0, db_links: 0 });
    expect(last.rows["HR.EMPLOYEES"]).toBe(EMPLOYEES.rows.length);
    expect(last.users_unlocked).toEqual(["APP"]);
  });

  test("did have raw rows, a link and a job before it took them away", () => {
    const journal = readJournal(root);
    expect(journal.some(({ rows, masked }) => (rows["HR.EMPLOYEES"] ?? 0) > 0 && !masked)).toBe(true);
    expect(journal.some(({ db_links }) => db_links > 0)).toBe(true);
  });

  test("sends no statement that the stand-in does not know", () => {
    expect(readRefused(root)).toEqual([]);
  });

  test("leaves no password in the log, on the volume or in memory files", async () => {
    expect(container.output).not.toContain(CANARY);
    const files = (await filesBelow(root)).filter(({ bytes }) => bytes.includes(CANARY));
    // The stand-in's control file, also beside itself while it is written, is the database itself; a real one keeps a verifier.
    const holders = new Set(files.map(({ path }) => path.slice(root.length).replace(/(\.ctl)\.[^/]+$/, "$1")));
    expect([...holders].toSorted()).toEqual([
      "/opt/oracle/oradata/FREE/control01.ctl",
      "/run/secrets/seedbed/hr-app/password",
    ]);
  });

  test("answers the probes", async () => {
    const probe = join(root, "opt/seedbed/lib/probe.sh");
    const env = { SEEDBED_ROOT: root, PATH: path };
    // PID 1 notices within a second that the machine has ended.
    await expect.poll(() => existsSync(join(root, "dev/shm/seedbed/ready"))).toBe(true);
    for (const name of ["startup", "live", "ready"]) await expect(run(probe, [name], { env })).resolves.toBeDefined();
    await expect(run(probe, ["other"], { env })).rejects.toMatchObject({ code: 2 });
  });

  test("makes a backup on demand, restores it for a test and removes the copy", async () => {
    const env = { SEEDBED_ROOT: root, PATH: path };
    const { stdout } = await run(join(root, "opt/seedbed/lib/backup-now.sh"), { env });
    expect(stdout).toMatch(/phase=backup event=done text="\S+, 1 tables, \d+ KiB, restore tested"/);
    const folders = await readdir(join(root, "opt/oracle/oradata/.seedbed/backups"));
    expect(folders).toHaveLength(1);
    const journal = readJournal(root);
    expect(journal.some(({ rows }) => rows["HR_SEEDBED_RT.EMPLOYEES"] === EMPLOYEES.rows.length)).toBe(true);
    expect(Object.keys(journal.at(-1)!.rows)).toEqual(["HR.EMPLOYEES"]);
    expect(readRefused(root)).toEqual([]);
  });

  test("imports nothing at the next start, and is open again", async () => {
    const imports = (): number => readJournal(root).filter(({ program }) => program === "impdp").length;
    const before = imports();
    expect(await container.stop()).toBe(143);
    container = new RunningContainer(root, path, 2);
    await container.sees(/phase=open event=skip/);
    expect(container.output).not.toMatch(/event=done/);
    expect(imports()).toBe(before);
    expect(leaks(root)).toEqual([]);
  });
});
