import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The suites. A test file's place follows from its folder and from what it can reach, so no list has to be kept. */
export type Project = "unit" | "world" | "e2e" | "contract" | "cluster";

const TOP = join(import.meta.dirname, "..");

/** Who imports one of these starts processes, listens on a port or connects to one. */
const OUTSIDE = new Set([
  "@actions/exec",
  "@hono/node-server",
  "execa",
  "node-fetch",
  "node:child_process",
  "node:http",
  "node:https",
  "node:net",
  "node:tls",
  "node:worker_threads",
  "oracledb",
  "probot",
  "ssh2",
]);

/** Who imports one of these starts a real cluster, or a part of it. */
const CLUSTER = /\/test\/cluster\/[\w-]+\.ts$/;

/** Who imports one of these needs a program that is not on every machine. */
const NEEDS = /\/need(-\w+)?\.ts$/;

/** Types are gone when the code runs. */
const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^"';]*?\bfrom\s*)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** Every test file, as a path from the top of the repository. */
export function testFiles(): string[] {
  return globSync("test/**/*.test.ts", { cwd: TOP }).toSorted();
}

/** The one project of a test file, which is a path from `top`. */
export function projectOf(file: string, top = TOP): Project {
  const reached = [...reach(join(top, file))];
  if (file.startsWith("test/cluster/") || reached.some((name) => CLUSTER.test(name))) return "cluster";
  if (file.startsWith("test/contract/") || reached.some((name) => NEEDS.test(name))) return "contract";
  if (file.startsWith("test/world/")) return "world";
  return file.startsWith("test/e2e/") || reached.some((name) => OUTSIDE.has(name)) ? "e2e" : "unit";
}

/** The files and the names of packages that a file imports, itself or through others. */
function reach(file: string): Set<string> {
  const reached = new Set([file]);
  for (const from of reached) for (const name of importsOf(from)) reached.add(name);
  return reached;
}

const known = new Map<string, string[]>();

function importsOf(file: string): string[] {
  const before = known.get(file);
  if (before) return before;
  // A package, or a file that only the text of a sample names.
  if (!file.startsWith("/") || !existsSync(file)) return [];
  const names = [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) => match[1] ?? match[2]!);
  const found = names.map((name) => (name.startsWith(".") ? join(dirname(file), name) : name));
  known.set(file, found);
  return found;
}
