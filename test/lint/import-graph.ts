import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** Which nodes each node leads to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const IMPORT = /(?:^|\n)(?:import|export)\b[^"';]*?\bfrom "(\.[^"]+)";|\bimport\("(\.[^"]+)"\)/g;

/** The files of some folders with the files that each imports, by value or only for a type; paths from the top of the repository. */
export function readImports(top: string, folders: readonly string[]): Graph {
  const files = folders.flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: "utf8" }).map((path) => posix.join(folder, path)),
  );
  const code = files.filter((path) => path.endsWith(".ts"));
  return new Map(code.map((path) => [path, readImportsOf(top, path)]));
}

function readImportsOf(top: string, path: string): Set<string> {
  const text = readFileSync(join(top, path), "utf8");
  const targets = [...text.matchAll(IMPORT)].map(([, from, later]) => from ?? later ?? "");
  return new Set(targets.map((target) => posix.join(posix.dirname(path), target)));
}

/** The same graph between groups of its nodes; null for a node that is in none. */
export function groupGraph(graph: Graph, groupOf: (node: string) => string | null): Graph {
  const groups = new Map<string, Set<string>>();
  const edges = [...graph].flatMap(([node, targets]) => [...targets].map((target) => [groupOf(node), groupOf(target)]));
  for (const [from, to] of edges) {
    if (typeof from !== "string" || typeof to !== "string" || from === to) continue;
    groups.set(from, (groups.get(from) ?? new Set()).add(to));
  }
  return groups;
}

/** The sets of nodes each of which leads back to itself through all others of its set: Tarjan's strongly connected components. */
export function findCycles(graph: Graph): string[][] {
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const close = (node: string) => {
    const members = open.splice(open.indexOf(node));
    if (members.length > 1 || graph.get(node)?.has(node)) cycles.push(members.toSorted());
  };
  const visit = (node: string): number => {
    numbers.set(node, numbers.size);
    lowest.set(node, numbers.get(node)!);
    open.push(node);
    for (const target of graph.get(node) ?? []) {
      const reached = numbers.has(target) ? (open.includes(target) ? numbers.get(target)! : Infinity) : visit(target);
      lowest.set(node, Math.min(lowest.get(node)!, reached));
    }
    const low = lowest.get(node)!;
    if (low === numbers.get(node)) close(node);
    return low;
  };
  for (const node of graph.keys()) if (!numbers.has(node)) visit(node);
  return cycles;
}
