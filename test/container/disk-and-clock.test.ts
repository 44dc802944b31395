import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RUNTIME } from "./read-runtime.ts";

let root: string;
const volume = (name: string): string => join(root, "opt/oracle/oradata/.seedbed", name);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "seedbed-disk-"));
  mkdirSync(join(root, "opt"), { recursive: true });
  symlinkSync(RUNTIME, join(root, "opt/seedbed"));
  for (const folder of ["config/seed", "backups"]) mkdirSync(volume(folder), { recursive: true });
  mkdirSync(join(root, "dev/shm/seedbed"), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What a piece of the runtime prints; a failure's line is part of it. */
function bash(script: string): string {
  const strict = 'set -Eeuo pipefail; source "$SEEDBED_ROOT/opt/seedbed/lib/load.sh"';
  return execFileSync("bash", ["--norc", "-c", `{ ${strict}; ${script}; } | cat; true`], {
    env: { PATH: process.env["PATH"], SEEDBED_ROOT: root },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** No byte can be written to a file any more: every write fails as on a full disk. */
const FULL = 'trap "" XFSZ; ulimit -f 0';

test("a full disk leaves a whole file as it was and says so, also where the caller looks at the status", () => {
  writeFileSync(volume("attempts"), "inputs=a\ncount=2\n");
  expect(bash(`${FULL}; { printf 'inputs=a\\ncount=3\\n' | durable_write "$ATTEMPTS"; } || echo refused`)).toBe(
    "refused\n",
  );
  expect(readFileSync(volume("attempts"), "utf8")).toBe("inputs=a\ncount=2\n");
});

test("a full volume is found before anything is started", () => {
  expect(bash(`${FULL}; volume_must_be_writable`)).toMatch(/code=volume-not-writable/);
});

test("a client of Data Pump does not start with parameters that were cut off", () => {
  writeFileSync(join(root, "dev/shm/seedbed/userid.par"), 'USERID=X/"y"@SEEDBED\n');
  const run = `program() { : >"$SEEDBED_ROOT/started"; }; ${FULL}; data_pump_run program JOB "$WORK/log" export_watch < <(printf 'SCHEMAS=A,B\\n') || true`;
  expect(bash(run)).toMatch(/code=parameters-not-written/);
  expect(existsSync(join(root, "started"))).toBe(false);
});

test("a backup that was just made stays, whatever dates the others have", () => {
  for (const time of ["20261122T020000Z", "20261123T020000Z", "20991231T000000Z"]) mkdirSync(volume(`backups/${time}`));
  bash("BACKUPS_KEEP=1; backup_prune 20261123T020000Z");
  expect(readdirSync(volume("backups"))).toEqual(["20261123T020000Z"]);
});

test("as many backups stay as the request keeps, the newest", () => {
  for (const day of ["20", "21", "22", "23"]) mkdirSync(volume(`backups/202611${day}T020000Z`));
  bash("BACKUPS_KEEP=3; backup_prune 20261123T020000Z");
  expect(readdirSync(volume("backups"))).toEqual(["20261121T020000Z", "20261122T020000Z", "20261123T020000Z"]);
});

test.for([
  ["goes on where it was", 1000, 1001, 1000],
  ["makes up for the last minutes alone after a pause", 1000, 5000, 4995],
  ["runs nothing twice when the clock is set back a little", 1000, 900, 1000],
  ["does not wait for a clock that was years ahead", 900_000, 1000, 1000],
] as const)("the schedule %s", ([, last, now, resumed]) => {
  expect(bash(`schedule_resume ${last} ${now}`)).toBe(String(resumed));
});
