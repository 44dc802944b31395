import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RUNTIME } from "./read-runtime.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "seedbed-secrets-"));
  mkdirSync(join(root, "opt"), { recursive: true });
  symlinkSync(RUNTIME, join(root, "opt/seedbed"));
  write("opt/oracle/oradata/.seedbed/config/apply/users.tsv", "APP\thr-app\tpassword\n");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** As a new pod mounts it: the same bytes in a new file. */
function mount(password: string, date: string): void {
  const file = write("run/secrets/seedbed/hr-app/password", password);
  utimesSync(file, new Date(date), new Date(date));
}

function inputs(): string {
  const load = 'set -Eeuo pipefail; source "$SEEDBED_ROOT/opt/seedbed/lib/load.sh"';
  return execFileSync("bash", ["--norc", "-c", `${load}; phase_configured_inputs`], {
    env: { PATH: process.env["PATH"], SEEDBED_ROOT: root },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test("a Secret that is mounted anew with the same password changes nothing, and another password of the same length does", () => {
  mount("First_secret1", "2026-11-22T14:00:00Z");
  const first = inputs();
  mount("First_secret1", "2026-11-23T14:00:00Z");
  expect(inputs()).toBe(first);
  mount("Other_secret1", "2026-11-23T14:00:00Z");
  expect(inputs()).not.toBe(first);
});

test("no password, a first password and a Secret that is no password are three different inputs", () => {
  const none = inputs();
  mount("First_secret1", "2026-11-22T14:00:00Z");
  const first = inputs();
  mount("x".repeat(1024 * 1024), "2026-11-22T14:00:00Z");
  expect(new Set([none, first, inputs()]).size).toBe(3);
});

test("the same password has another digest on another volume", () => {
  mount("First_secret1", "2026-11-22T14:00:00Z");
  const first = inputs();
  const salt = join(root, "opt/oracle/oradata/.seedbed/salt");
  expect(readFileSync(salt, "utf8")).toMatch(/^salt=sha256:[0-9a-f]{64}\n$/);
  rmSync(salt);
  expect(inputs()).not.toBe(first);
});
