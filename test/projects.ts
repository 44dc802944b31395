import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The suites. A test file's place follows from its folder and from what it can reach, so no list has to be kept. */
export type Project = "unit" | "world" | "e2e" | "contract";

const TOP = join(import.meta.dirname, "..");

/** Who imports one of these starts processes, listens on a port or connects to one. */
const OUTSIDE = new Set([
  "@hono/node-server",
  "execa",
  "node:child_process",
  "node:http",
  "node:https",
  "node:net",
  "node:tls",
  "node:worker_threads",
  "oracledb",
  "ssh2",
]);

/** Who imports one of these needs a program that is not on every machine. */
const NEEDS = /\/need(-\w+)?\.ts$/;

/** Types are gone when the code runs. */
const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^"';]*?\bfrom\s*)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** Every test file, from the top of the repository. */
export function testFiles(): string[] {
  return globSync("test/**/*.test.ts", { cwd: TOP }).toSorted();
}

/** The one project of a test file. */
export function projectOf(file: string): Project {
  const reached = reach(join(TOP, file));
  if (file.startsWith("test/contract/") || [...reached].some((name) => NEEDS.test(name))) return "contract";
  if (file.startsWith("test/world/")) return "world";
  return file.startsWith("test/e2e/") || [...reached].some((name) => OUTSIDE.has(name)) ? "e2e" : "unit";
}

/** The files of this repository and the names of packages that a file imports, itself or through others. */
function reach(file: string): Set<string> {
  const reached = new Set([file]);
  for (const from of reached) for (const name of importsOf(from)) reached.add(name);
  return reached;
}

const known = new Map<string, string[]>();

function importsOf(file: string): string[] {
  if (!file.startsWith(TOP)) return [];
  const before = known.get(file);
  if (before) return before;
  const names = [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) => match[1] ?? match[2]!);
  const found = names.map((name) => (name.startsWith(".") ? join(dirname(file), name) : name));
  // A dynamic import's text may stand in a test's sample of code.
  const real = found.filter((name) => !name.startsWith("/") || existsSync(name));
  known.set(file, real);
  return real;
}
