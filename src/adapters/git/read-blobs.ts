import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { gitFailed, PLAIN_OUTPUT } from "./run-git.ts";

/** An object's size, and its first bytes as far as they were asked for. */
interface Blob {
  size: number;
  bytes: Buffer;
}

interface Waiting {
  most: number;
  resolve(blob: Blob): void;
  reject(error: Error): void;
}

/** What is left of the answer that is being read, with the line feed behind it. */
interface Answer {
  size: number;
  left: number;
  kept: Buffer[];
}

/** Reads objects of a repository, all with one process: git answers in the order of the questions (git-cat-file(1), BATCH OUTPUT). */
export class BlobReader {
  readonly #top: string;
  #child: ChildProcessWithoutNullStreams | null = null;
  #waiting: Waiting[] = [];
  #rest = Buffer.alloc(0);
  #answer: Answer | null = null;

  constructor(top: string) {
    this.#top = top;
  }

  /** At most so many bytes of an object; its size says whether that is all. */
  read(object: string, most: number): Promise<Blob> {
    return new Promise((resolve, reject) => {
      const child = (this.#child ??= this.#start());
      this.#waiting.push({ most, resolve, reject });
      keepsRunning(child, true);
      child.stdin.write(`${object}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn("git", [...PLAIN_OUTPUT, "cat-file", "--batch"], { cwd: this.#top });
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said += text.toString("utf8")));
    // What one that has failed still says is nothing to its successor.
    const isCurrent = () => this.#child === child;
    child.stdout.on("data", (bytes: Buffer) => isCurrent() && this.#take(bytes));
    // A question to a process that has ended: why it did is told by `close`.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => isCurrent() && this.#fail(error.message));
    child.on("close", () => isCurrent() && this.#fail(said.trim() || "it ended early"));
    return child;
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length > 0 && (this.#answer === null ? this.#takeHead() : this.#takeBody(this.#answer)));
    if (this.#waiting.length === 0 && this.#child !== null) keepsRunning(this.#child, false);
  }

  /** `<object> <type> <size>`, or `<object> missing`. Returns whether there may be more to take. */
  #takeHead(): boolean {
    const end = this.#rest.indexOf(10);
    if (end === -1) return false;
    const head = this.#rest.subarray(0, end).toString("utf8");
    this.#rest = this.#rest.subarray(end + 1);
    const size = /^\S+ blob (\d+)$/.exec(head)?.[1];
    if (size === undefined) this.#waiting.shift()?.reject(gitFailed("cat-file", head));
    else this.#answer = { size: Number(size), left: Number(size) + 1, kept: [] };
    return true;
  }

  #takeBody(answer: Answer): boolean {
    const part = this.#rest.subarray(0, answer.left);
    this.#rest = this.#rest.subarray(part.length);
    const { most } = this.#waiting[0]!;
    const before = answer.size + 1 - answer.left;
    answer.kept.push(part.subarray(0, Math.max(0, Math.min(most, answer.size) - before)));
    answer.left -= part.length;
    if (answer.left > 0) return false;
    this.#answer = null;
    this.#waiting.shift()!.resolve({ size: answer.size, bytes: Buffer.concat(answer.kept) });
    return true;
  }

  #fail(said: string): void {
    const waiting = this.#waiting;
    this.#child = null;
    this.#waiting = [];
    this.#answer = null;
    this.#rest = Buffer.alloc(0);
    for (const { reject } of waiting) reject(gitFailed("cat-file", said));
  }
}

/** Whether our own process waits for the child: one without a question ends with us, because its input ends. */
function keepsRunning(child: ChildProcessWithoutNullStreams, does: boolean): void {
  for (const one of [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket])
    if (does) one.ref();
    else one.unref();
}
