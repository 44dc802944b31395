import { folderOf } from "../layout/database-folder.ts";
import { isDatabaseName } from "../layout/database-name.ts";
import { compareText } from "../text/order.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { showUnseen } from "../text/unseen.ts";

const DOCS = "docs/reference/database_config.md#the-name-of-the-folder";

/** A database's name: the folder below `environments/`, the end of its namespace's name. */
export function parseDatabaseName(name: string): Parsed<string> {
  const words = explainName(name);
  return words ? { ok: false, problems: [problem(name, words)] } : { ok: true, value: name, warnings: [] };
}

/** Whether two names lead to the same namespace, image or folder. */
export function isSameDatabase(name: string, other: string): boolean {
  return normalForm(name) === normalForm(other);
}

/** Names that lead to the same namespace, image or folder. Names that merely look alike are allowed. */
export function findDuplicateDatabases(names: readonly string[]): Problem[] {
  const first = new Map<string, string>();
  return names.toSorted(order).flatMap((name) => {
    const same = normalForm(name);
    const other = first.get(same);
    if (other === undefined) first.set(same, name);
    return other === undefined ? [] : [duplicate(name, other)];
  });
}

type Words = Pick<Problem, "code" | "what" | "why" | "fix">;

function explainName(name: string): Words | null {
  const shown = `"${showUnseen(name.slice(0, 80))}"`;
  const say = (why: string, fix: string): Words => ({
    code: "bad-database-name",
    what: `${shown} cannot be the name of a database`,
    why,
    fix,
  });
  if (name === "")
    return { ...say("a name has 2 to 40 characters", "name the database"), what: "the database has no name" };
  if (/[/\\]/.test(name) || name === "." || name === "..")
    return say("a name is one folder below environments/, not a path", "give only the folder's name");
  if (name.includes("%")) return say("names are never percent-decoded", "write the name itself");
  if (name !== name.trim())
    return say("it starts or ends with a space", `write "${showUnseen(name.trim().slice(0, 80))}"`);
  // seedbed-system is the namespace of Seedbed's own objects.
  if (name === "system")
    return say("its namespace would be seedbed-system, which is reserved for Seedbed", "choose another name");
  if (isDatabaseName(name)) return null;
  if (name.length < 2 || name.length > 40)
    return say(
      `it has ${name.length} ${name.length === 1 ? "character" : "characters"}; 2 to 40 are allowed`,
      "choose another name",
    );
  const near = normalForm(name);
  return say(
    "a name is a lower-case letter followed by lower-case letters, digits and hyphens, without a hyphen at the end",
    isDatabaseName(near) ? `rename the folder to "${near}"` : "rename the folder",
  );
}

/** A folder's name with differences of case, width, accents and kind of hyphen removed. */
function normalForm(name: string): string {
  // It is its own, and each name is compared with those of all other folders.
  if (isDatabaseName(name)) return name;
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[_.\s]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

function duplicate(name: string, other: string): Problem {
  const shown = showUnseen(other.slice(0, 80));
  return problem(name, {
    code: "duplicate-database",
    what: `the database "${showUnseen(name.slice(0, 80))}" already exists as "${shown}"`,
    why: "both would share one namespace, one release and one image",
    fix: `change environments/${shown} instead, or choose another name`,
  });
}

function problem(name: string, words: Words): Problem {
  const folder = showUnseen(name.slice(0, 80));
  return {
    severity: "error",
    path: folderOf(folder).request,
    line: 1,
    column: 1,
    ...words,
    docs: DOCS,
  };
}

function order(a: string, b: string): number {
  // A valid name comes first, so that the other one is reported as the duplicate.
  if (isDatabaseName(a) !== isDatabaseName(b)) return isDatabaseName(a) ? -1 : 1;
  return compareText(a, b);
}
