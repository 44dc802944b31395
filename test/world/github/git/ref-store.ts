import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One transaction that waits for git's word. */
interface Move {
  command: string;
  done: (refusal: string | null) => void;
}

/** The refs of a repository: read as git keeps them (gitrepository-layout(5)), moved by one `git update-ref` that goes on running. */
export class RefStore {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  #child: ChildProcessWithoutNullStreams | null = null;
  readonly #waiting: Move[] = [];

  constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#env = env;
  }

  close(): void {
    this.#child?.stdin.end();
  }

  /** In the order of their names. */
  async list(): Promise<Map<string, string>> {
    const all = new Map<string, string>();
    const packed = await readFile(join(this.#folder, "packed-refs"), "utf8").catch(absent(""));
    for (const [, sha, ref] of packed.matchAll(/^([0-9a-f]{40}) (.+)$/gm)) all.set(ref!, sha!);
    await this.#readFolder("refs", all);
    return new Map([...all].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  }

  /** Compare-and-swap; `expected: null` is a ref that is not there, `to: null` removes it. What git says where it refuses, else null. */
  move(ref: string, to: string | null, expected?: string | null): Promise<string | null> {
    const from = expected === undefined ? "" : ` ${expected ?? "0".repeat(40)}`;
    const order = to === null ? `delete ${ref}${from}` : `update ${ref} ${to}${from}`;
    return new Promise((done) => {
      this.#waiting.push({ command: `start\n${order}\nprepare\ncommit\n`, done });
      if (this.#waiting.length === 1) this.#next();
    });
  }

  #next(): void {
    const move = this.#waiting[0];
    if (move !== undefined) this.#running().stdin.write(move.command);
  }

  async #readFolder(folder: string, into: Map<string, string>): Promise<void> {
    // A folder goes with its last ref.
    const files = await readdir(join(this.#folder, folder), { withFileTypes: true }).catch(absent([]));
    const read = files.map(async (file) => {
      const name = `${folder}/${file.name}`;
      if (file.isDirectory()) return this.#readFolder(name, into);
      if (name.endsWith(".lock")) return;
      const sha = (await readFile(join(this.#folder, name), "utf8").catch(absent(""))).trim();
      if (sha !== "") into.set(name, sha);
    });
    await Promise.all(read);
  }

  #end(refusal: string | null): void {
    this.#waiting.shift()?.done(refusal);
    this.#next();
  }

  /** git-update-ref(1): it says `commit: ok`, or ends with what is wrong. */
  #running(): ChildProcessWithoutNullStreams {
    if (this.#child !== null) return this.#child;
    const child = spawn("git", ["update-ref", "--stdin"], { cwd: this.#folder, env: this.#env });
    this.#child = child;
    let said = "";
    let refusal = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (!said.endsWith("commit: ok\n")) return;
      said = "";
      this.#end(null);
    });
    child.stderr.on("data", (chunk: Buffer) => (refusal += chunk.toString("utf8")));
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => (refusal += error.message));
    child.on("close", () => {
      this.#child = null;
      if (this.#waiting.length > 0) this.#end(refusal.trim());
    });
    return child;
  }
}

function absent<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}
