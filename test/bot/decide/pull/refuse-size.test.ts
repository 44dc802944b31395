import { describe, expect, test } from "vitest";
import { PULL_LIMITS, refuseSize } from "../../../../bot/decide/pull/refuse-size.ts";
import { MOST_BYTES } from "../../../../src/layout/limits.ts";

interface Entry {
  path: string;
  mode: string;
  blob: string;
  size: number;
}

function file(path: string, size = 10): Entry {
  return { path, mode: "100644", blob: "b".repeat(40), size };
}

function requests(count: number): Entry[] {
  return Array.from({ length: count }, (_, number) => file(`environments/db-${number}/database_config.yaml`));
}

function scripts(count: number, size = 10): Entry[] {
  return Array.from({ length: count }, (_, number) =>
    file(`environments/db-${number % 50}/scripts/${number}.sql`, size),
  );
}

const SCRIPTS_OF_ALL_BYTES = PULL_LIMITS.bytes / MOST_BYTES.other;

describe("a pull request is judged up to a number of", () => {
  test.each([
    ["databases", requests(PULL_LIMITS.databases), requests(PULL_LIMITS.databases + 1), "changes 101 databases"],
    [
      "changed files",
      Array.from({ length: PULL_LIMITS.paths }, (_, number) => file(`.github/${number}`)),
      Array.from({ length: PULL_LIMITS.paths + 1 }, (_, number) => file(`.github/${number}`)),
      "changes 3001 files",
    ],
    ["files of requests", scripts(PULL_LIMITS.files), scripts(PULL_LIMITS.files + 1), "have 2001 files"],
    [
      "bytes of requests",
      scripts(SCRIPTS_OF_ALL_BYTES, MOST_BYTES.other),
      [...scripts(SCRIPTS_OF_ALL_BYTES, MOST_BYTES.other), file("environments/db-0/notes.md", 1)],
      `have ${PULL_LIMITS.bytes + 1} bytes`,
    ],
  ])("%s", (_name, most, more, what) => {
    expect(refuseSize([], most)).toBe(null);
    expect(refuseSize([], more)).toMatchObject({
      severity: "error",
      code: "pull-too-large",
      what: expect.stringContaining(what),
      fix: "split the pull request",
    });
    // What main has as well is no change.
    expect(refuseSize(more, more)).toBe(null);
  });

  test("and what is not read of it does not count", () => {
    const large = scripts(PULL_LIMITS.files, 50 * 1024 * 1024);
    const manifests = Array.from({ length: 900 }, (_, number) => file(`environments/db-0/manifests/${number}.yaml`));
    expect(refuseSize([], [...large, ...manifests])).toBe(null);
  });
});
