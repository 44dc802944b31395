import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOOK_AT_VOLUME, readVolumeState } from "../../src/cluster/volume-state.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seedbed-volume-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command on a folder of this machine in place of the volume. */
function look(): string {
  const [program = "", ...args] = LOOK_AT_VOLUME.map((part) => part.replace("/opt/oracle/oradata", folder));
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

test("an empty volume: its file system, and nothing else", () => {
  const seen = readVolumeState(look());
  expect(seen).toMatchObject({ phase: null, failure: null, backups: [], untested: null });
  expect(seen.files!.size).toBeGreaterThan(seen.files!.free);
});

test("records and backups are read, whatever their names hold", () => {
  mkdirSync(join(folder, ".seedbed/state"), { recursive: true });
  writeFileSync(join(folder, ".seedbed/state/created"), "phase=created\nimport_key=k\nfinished=2026-11-30T01:00:00Z\n");
  writeFileSync(
    join(folder, ".seedbed/failure"),
    'message=seedbed phase=created event=fail code=x text="%s \\\\ $(id)"\n',
  );
  for (const name of ["20261130T010000Z", "20261130T010000Z $(touch gone)", "-n"])
    mkdirSync(join(folder, ".seedbed/backups", name), { recursive: true });
  expect(readVolumeState(look())).toMatchObject({
    phase: { name: "created", finished: "2026-11-30T01:00:00Z" },
    failure: { code: "x", text: "%s \\ $(id)" },
    backups: ["20261130T010000Z"],
  });
});

test("without the volume the command fails with the reason", () => {
  rmSync(folder, { recursive: true });
  expect(look).toThrow(/No such file or directory/);
});
