import { createHash } from "node:crypto";
import type { CommitObject, Person } from "./parse-commit.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

/** One line of a tree: git-scm.com, "Git Internals - Git Objects". */
export interface TreeRow {
  mode: string;
  name: string;
  sha: string;
}

/** An object as git keeps and names it: its type, its size and a zero byte, then its content. */
export function encodeObject(type: ObjectType, content: Buffer): { sha: string; bytes: Buffer } {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  return { sha: createHash("sha1").update(bytes).digest("hex"), bytes };
}

export function parseTree(content: Buffer): TreeRow[] {
  const rows: TreeRow[] = [];
  for (let at = 0; at < content.length;) {
    const end = content.indexOf(0, at);
    const [mode = "", ...name] = content.toString("utf8", at, end).split(" ");
    rows.push({ mode: mode.padStart(6, "0"), name: name.join(" "), sha: content.toString("hex", end + 1, end + 21) });
    at = end + 21;
  }
  return rows;
}

/** In git's order: a folder stands where its name with a slash would. */
export function encodeTree(rows: readonly TreeRow[]): Buffer {
  const placed = rows.map((row) => ({ row, key: Buffer.from(isFolder(row) ? `${row.name}/` : row.name) }));
  const sorted = placed.toSorted((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    sorted.flatMap(({ row: { mode, name, sha } }) => [
      Buffer.from(`${mode.replace(/^0+/, "")} ${name}\0`),
      Buffer.from(sha, "hex"),
    ]),
  );
}

export function isFolder({ mode }: Pick<TreeRow, "mode">): boolean {
  return mode === "040000";
}

export function encodeCommit({ tree, parents, author, committer, message }: Omit<CommitObject, "sha">): Buffer {
  const rows = [
    `tree ${tree}`,
    ...new Set(parents.map((parent) => `parent ${parent}`)),
    `author ${encodePerson(author)}`,
    `committer ${encodePerson(committer)}`,
  ];
  return Buffer.from(`${rows.join("\n")}\n\n${message.endsWith("\n") ? message : `${message}\n`}`);
}

function encodePerson({ name, email, date }: Person): string {
  if (/[<>\n\0]/.test(name + email)) throw new Error(`git writes no commit of ${JSON.stringify({ name, email })}`);
  const seconds = Date.parse(date) / 1000;
  if (!Number.isInteger(seconds)) throw new Error(`git knows no time ${date}`);
  return `${name} <${email}> ${seconds} +0000`;
}
