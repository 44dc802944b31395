import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coversPath } from "../../src/cluster/covers-path.ts";
import { readLogEvent } from "../../src/cluster/log-event.ts";
import { followEvents, PHASES } from "../../src/cluster/progress.ts";

test("the phases are those of the container's runtime, in its order", () => {
  const text = readFileSync(new URL("../../src/container/runtime/lib/state.sh", import.meta.url), "utf8");
  expect(/^PHASES=\((.*)\)$/m.exec(text)?.[1]?.split(" ")).toEqual([...PHASES]);
});

test("what stands in quotes is never another value", () => {
  const line = String.raw`seedbed phase=secured event=fail code=internal text="a \"b\" code=x fix=\"no\" percent=7" fix="do c"`;
  expect(readLogEvent(line)).toEqual({
    phase: "secured",
    event: "fail",
    code: "internal",
    text: 'a "b" code=x fix="no" percent=7',
    fix: "do c",
    percent: null,
  });
});

test("backups run beside the phases", () => {
  const lines = [
    "seedbed phase=open event=done",
    'seedbed phase=backup event=start text="20261130T010000Z"',
    'seedbed phase=backup event=done text="20261130T010000Z, 12 tables, 3400 KiB"',
  ];
  const progress = followEvents(lines.map((line) => readLogEvent(line)!));
  expect(progress).toMatchObject({ isOpen: true, phase: "open", lastBackup: { state: "done" } });
});

test.each([
  ["environments/*/manifests", true],
  ["environments/[a-h]*/manifests", true],
  ["environments/[i-z]*/manifests", false],
  ["environments/[^h]*/manifests", false],
  ["environments", true],
  ["environments/hr", true],
  ["environments/h?/manifests/", true],
  ["environments/*", true],
  ["*/manifests", false],
  ["environments/*/manifests/deeper", false],
  ["environments/[h/manifests", false],
  ["environments/h.+/manifests", false],
])("the path %s covers environments/hr/manifests: %s", (glob, covers) => {
  expect(coversPath(glob, "environments/hr/manifests")).toBe(covers);
});
