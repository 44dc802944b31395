import { isoSeconds } from "../../clock.ts";

export interface Person {
  name: string;
  email: string;
  /** ISO 8601, UTC. */
  date: string;
}

export interface CommitObject {
  sha: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

/** The bytes of a commit: header lines, of which a signature's go on with a space, an empty line, the message. */
export function parseCommit(sha: string, bytes: Buffer): CommitObject {
  const text = bytes.toString("utf8");
  const end = text.indexOf("\n\n");
  const rows = text.slice(0, end).split("\n");
  const values = (key: string) =>
    rows.filter((row) => row.startsWith(`${key} `)).map((row) => row.slice(key.length + 1));
  return {
    sha,
    tree: values("tree")[0]!,
    parents: values("parent"),
    author: parsePerson(values("author")[0]!),
    committer: parsePerson(values("committer")[0]!),
    message: text.slice(end + 2).trimEnd(),
  };
}

/** `Ada <ada@example.test> 1795446000 +0000`. */
function parsePerson(text: string): Person {
  const [, name = "", email = "", seconds] = /^(.*?) ?<(.*)> (\d+) [+-]\d{4}$/.exec(text) ?? [];
  return { name, email, date: isoSeconds({ now: () => Number(seconds) * 1000 }) };
}
