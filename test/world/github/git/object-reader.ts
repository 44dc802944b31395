import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { ObjectType } from "./objects.ts";

/** What git has under a name. */
export interface FoundObject {
  sha: string;
  type: ObjectType;
  /** Bytes of its content. */
  size: number;
  /** Empty where only the name was asked for. */
  bytes: Buffer;
}

interface Question {
  withBytes: boolean;
  resolve: (found: FoundObject | null) => void;
  reject: (error: Error) => void;
}

/** Looks up names and reads objects through one `git cat-file` that goes on running: most questions about a repository are these. */
export class ObjectReader {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  #child: ChildProcessWithoutNullStreams | null = null;
  #output = Buffer.alloc(0);
  /** Asked and not answered yet; git answers in order. */
  readonly #asked: Question[] = [];

  constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#env = env;
  }

  /** null if nothing has this name, which may be any that `git rev-parse` takes. */
  find(name: string): Promise<FoundObject | null> {
    return this.#ask("info", name);
  }

  read(name: string): Promise<FoundObject | null> {
    return this.#ask("contents", name);
  }

  close(): void {
    this.#child?.stdin.end();
  }

  #ask(command: "info" | "contents", name: string): Promise<FoundObject | null> {
    if (name === "" || name.includes("\n")) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#asked.push({ withBytes: command === "contents", resolve, reject });
      this.#running().stdin.write(`${command} ${name}\n`);
    });
  }

  #running(): ChildProcessWithoutNullStreams {
    if (this.#child !== null) return this.#child;
    const child = spawn("git", ["cat-file", "--batch-command"], { cwd: this.#folder, env: this.#env });
    this.#child = child;
    const said: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      this.#output = Buffer.concat([this.#output, chunk]);
      while (this.#answer());
    });
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    const fail = (why: string) => {
      this.#child = null;
      this.#output = Buffer.alloc(0);
      for (const { reject } of this.#asked.splice(0)) reject(new Error(`git cat-file ended: ${why}`));
    };
    child.on("error", (error) => fail(error.message));
    child.on("close", () => fail(Buffer.concat(said).toString("utf8").trim()));
    child.stdin.on("error", () => undefined);
    return child;
  }

  /** Gives out the first answer if it has come completely: `<sha> <type> <size>`, then the bytes and a line's end. */
  #answer(): boolean {
    const question = this.#asked[0];
    const end = this.#output.indexOf("\n");
    if (question === undefined || end < 0) return false;
    const line = this.#output.subarray(0, end).toString("utf8");
    const [, sha, type, size] = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? [];
    const bytes = sha !== undefined && question.withBytes ? Number(size) : -1;
    if (this.#output.length < end + 1 + bytes + 1) return false;
    const content = this.#output.subarray(end + 1, end + 1 + Math.max(0, bytes));
    this.#output = this.#output.subarray(end + 1 + bytes + 1);
    this.#asked.shift();
    // Anything else is `<name> missing` or `<name> ambiguous`.
    question.resolve(sha === undefined ? null : { sha, type: type as ObjectType, size: Number(size), bytes: content });
    return true;
  }
}
