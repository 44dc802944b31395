import { join } from "node:path";
import { expect, test } from "vitest";
import { findCycles, groupGraph, readImports, type Graph } from "./import-graph.ts";

const imports = readImports(join(import.meta.dirname, "../.."), ["src", "bot"]);

/** The folder that names a file's job: `src/lock`, `bot/decide`; null for an entry, which is in none. */
function roomOf(path: string): string | null {
  const [top, room, ...rest] = path.split("/");
  return rest.length === 0 ? null : `${top}/${room}`;
}

/** The imports that lead from one member of a cycle to another. */
function explain(cycles: readonly string[][], groupOf: (path: string) => string | null): string[] {
  return cycles.flatMap((members) =>
    [...imports].flatMap(([path, targets]) =>
      [...targets]
        .filter((target) => groupOf(path) !== groupOf(target))
        .filter((target) => [path, target].every((one) => members.includes(groupOf(one) ?? "")))
        .map((target) => `${path} → ${target}`),
    ),
  );
}

test("the graph has every import, also those of types only", () => {
  expect([...imports.get("bot/hub/hub.ts")!]).toContain("bot/hub/git.ts");
  expect([...imports.get("src/launch.ts")!].length).toBeGreaterThan(0);
  expect([...imports.values()].reduce((sum, targets) => sum + targets.size, 0)).toBeGreaterThan(1500);
  const lost = [...imports.values()].flatMap((targets) => [...targets]).filter((path) => !imports.has(path));
  expect(lost.filter((path) => path.endsWith(".ts"))).toEqual([]);
});

test("a cycle is found wherever it begins, and nothing else is", () => {
  const graph: Graph = new Map([
    ["a", new Set(["b", "x"])],
    ["b", new Set(["c"])],
    ["c", new Set(["b", "d"])],
    ["d", new Set(["x"])],
    ["e", new Set(["f"])],
    ["f", new Set(["g", "a"])],
    ["g", new Set(["e"])],
    ["h", new Set(["h"])],
  ]);
  expect(findCycles(graph)).toEqual([["b", "c"], ["e", "f", "g"], ["h"]]);
});

test("no file imports itself through others, not even for a type", () => {
  expect(explain(findCycles(imports), (path) => path)).toEqual([]);
});

test("no room imports itself through others, not even for a type", () => {
  expect(explain(findCycles(groupGraph(imports, roomOf)), roomOf)).toEqual([]);
});
