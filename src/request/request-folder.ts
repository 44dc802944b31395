import { folderOf, NAMES } from "../layout/database-folder.ts";
import type { Problem } from "../problem/problem.ts";
import { showPath } from "../text/unseen.ts";
import { isScript } from "./check-scripts.ts";
import type { RequestFiles } from "./request.ts";

const CONFIG = NAMES.request;
const DOCS = "docs/reference/database_config.md#the-folder";
const MAX_SCRIPT_BYTES = 512 * 1024;

/** Checks a request's folder: one configuration, and scripts that fit into a ConfigMap together. */
export function checkFolder(files: RequestFiles): Problem[] {
  const paths = Object.keys(files.files).sort();
  const missing = Object.hasOwn(files.files, CONFIG) ? [] : [missingConfig(files, paths)];
  const strangers = paths.filter((path) => path !== CONFIG && !isScript(path)).map((path) => stranger(files, path));
  return [...missing, ...strangers, ...checkTogether(files)];
}

/** The file that was probably meant to be the request. */
export function nearConfig(paths: readonly string[]): string | undefined {
  return paths.find((path) => /^(?:database)?[_-]?config\.ya?ml$/i.test(path));
}

function missingConfig(files: RequestFiles, paths: string[]): Problem {
  const near = nearConfig(paths);
  return problem(files, CONFIG, {
    severity: "error",
    code: "missing-config",
    what: `environments/${files.database} has no ${CONFIG}`,
    why: "a request consists of that file and the scripts that it lists",
    fix: near === undefined ? `run \`seedbed init ${files.database}\` to create one` : `rename ${near} to ${CONFIG}`,
  });
}

function stranger(files: RequestFiles, path: string): Problem {
  const script = /\.sql$/i.test(path);
  return problem(files, path, {
    severity: "warning",
    code: "unknown-file",
    what: "this file is not part of a request and is ignored",
    why: `a request consists of ${CONFIG} and scripts/*.sql`,
    fix: script ? "move it to scripts/ under a name that ends in .sql" : "remove it from this folder",
  });
}

/** A Kubernetes object holds at most 1 MiB, and the scripts share theirs with the rest of the configuration. */
function checkTogether(files: RequestFiles): Problem[] {
  const scripts = Object.entries(files.files).filter(([path]) => isScript(path));
  const bytes = scripts.reduce((sum, [, text]) => sum + new TextEncoder().encode(text).length, 0);
  if (bytes <= MAX_SCRIPT_BYTES) return [];
  return [
    problem(files, CONFIG, {
      severity: "error",
      code: "scripts-too-large",
      what: `the scripts add up to ${bytes} bytes`,
      why: `at most ${MAX_SCRIPT_BYTES} bytes (512 KiB) fit into the database's ConfigMaps`,
      fix: "shorten them; load data from tables instead of long scripts",
    }),
  ];
}

type Words = Pick<Problem, "severity" | "code" | "what" | "why" | "fix">;

function problem(files: RequestFiles, path: string, words: Words): Problem {
  return { ...words, path: showPath(folderOf(files.database).at(path)), line: 1, column: 1, docs: DOCS };
}
