import { describe, expect, test } from "vitest";
import { describeBackups, describeUse } from "../../src/cluster/describe-inside.ts";
import { judgeStatus } from "../../src/cluster/judge-status.ts";
import { PHASES } from "../../src/cluster/progress.ts";
import { readVolumeState, type VolumeState } from "../../src/cluster/volume-state.ts";
import { denied, observe, read } from "./observed.ts";
import { NOT_READY, pod } from "./pod-shapes.ts";

const GIB = 1024 * 1024;

/** Lines as the command prints them of a record that the runtime wrote. */
const record = (phase: string, key = "sha256:1") =>
  [
    "phase=" + phase,
    "database=FREEPDB1",
    `import_key=${key}`,
    "inputs=x",
    "previous=y",
    "finished=2026-11-30T01:00:00Z",
  ]
    .map((line) => `state/${phase} ${line}`)
    .join("\n");
const recorded = (count: number, key?: string) => PHASES.slice(0, count).map((phase) => record(phase, key));

function volume(parts: Partial<VolumeState> = {}): VolumeState {
  return { ...readVolumeState(""), ...parts };
}

describe("what the container tells of its volume", () => {
  test("the file system, also behind a device with blanks in its name", () => {
    const line = "files //nas/my share  20480000 5120000 15360000      25% /opt/oracle/oradata";
    expect(readVolumeState(line).files).toEqual({ size: 20_480_000, used: 5_120_000, free: 15_360_000 });
    expect(readVolumeState("files df: cannot read").files).toBeNull();
    expect(readVolumeState("files none - - - - /x").files).toBeNull();
  });

  test.each([
    [0, null],
    [1, "created"],
    [6, "imported"],
    [12, "open"],
  ])("%i records are the phases until %s", (count, name) => {
    expect(readVolumeState(recorded(count).join("\n")).phase?.name ?? null).toBe(name);
  });

  test("the records of an earlier import behind those of this one do not count", () => {
    const lines = [...recorded(3, "sha256:2"), ...PHASES.slice(3).map((phase) => record(phase, "sha256:1"))];
    expect(readVolumeState(lines.join("\n")).phase).toEqual({ name: "verified", finished: "2026-11-30T01:00:00Z" });
  });

  test("the failure is the runtime's own line", () => {
    const line = 'seedbed phase=imported event=fail code=import-failed text="a = \\"b\\"" fix="Look."';
    const lines = ["phase=imported", "code=import-failed", `message=${line}`].map((one) => `failure ${one}`);
    expect(readVolumeState(lines.join("\n")).failure).toMatchObject({ code: "import-failed", text: 'a = "b"' });
  });

  test("backups are those that were restored; parts and foreign names are none", () => {
    const names = [
      "untested-20261130T030000Z",
      "20261130T010000Z",
      "20261129T010000Z",
      ".part-20261201T000000Z",
      "lost+found",
    ];
    const seen = readVolumeState(names.map((name) => `backup .seedbed/backups/${name}/`).join("\n"));
    expect(seen).toMatchObject({
      backups: ["20261129T010000Z", "20261130T010000Z"],
      untested: "20261130T030000Z",
    });
    expect(describeBackups(read(seen))).toBe(
      "newest on the volume 2026-11-30T01:00:00Z, 2 kept; the restore test of 2026-11-30T03:00:00Z failed or did not end",
    );
  });
});

describe("how it is told", () => {
  test.each([
    ["a volume of its own", { size: 20 * GIB, used: 5 * GIB, free: 15 * GIB }, "25 % used, 15.0 GiB free"],
    [
      "one that is nearly full",
      { size: 20 * GIB, used: 19 * GIB, free: 1 * GIB },
      "95 % used, 1.0 GiB free: raise database.storage.size, or keep fewer backups",
    ],
    [
      "a file system of many volumes",
      { size: 500 * GIB, used: 475 * GIB, free: 25 * GIB },
      "95 % used, 25.0 GiB free, of a file system of 500.0 GiB that others share",
    ],
  ])("%s", (_, files, text) => {
    expect(describeUse(read(volume({ files })), "20Gi")).toBe(text);
  });

  test("what may not be asked is unknown, with the cluster's words, and never left out", () => {
    expect(describeUse(denied, "20Gi")).toBe(`use unknown: ${denied.why}`);
    expect(describeBackups(denied)).toBe(`on the volume unknown: ${denied.why}`);
    expect(describeUse({ state: "absent" }, "20Gi")).toBe("use unknown: no container runs");
    expect(describeUse(read(volume()), "20Gi")).toBe("use unknown: the container cannot tell");
    expect(describeUse(null, "20Gi")).toBeNull();
  });

  test("where the log may not be read, the records say how far the import is", () => {
    const workload = {
      log: denied,
      volume: read(volume({ phase: { name: "prepared", finished: "2026-11-30T01:00:00Z" } })),
    };
    expect(judgeStatus(observe({ pod: read(pod(NOT_READY)), workload }))).toMatchObject({
      health: "working",
      code: "importing",
      what: expect.stringMatching(
        /^phase 5 of 12: prepared was finished at 2026-11-30T01:00:00Z; the log cannot be read/,
      ),
    });
    expect(
      judgeStatus(observe({ pod: read(pod(NOT_READY)), workload: { log: denied, volume: denied } })),
    ).toMatchObject({
      health: "unknown",
    });
  });
});
