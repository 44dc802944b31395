import type { ProgramEnd } from "../../ports/process.ts";

/** What the supervisor prints as JSON once its program has ended; `stopped`: by a signal to the supervisor. */
export type SupervisorReport = ProgramEnd | { kind: "stopped" };

/**
 * The whole program of a Node process of its own that runs one other program: `process.argv` has the limits in milliseconds
 * and bytes, the program and its arguments. It prints its own id on standard error, and a `SupervisorReport` on standard
 * output. The program leads a process group that is killed, with its children, as soon as there is a report: a program that
 * ignores SIGTERM, and one that leaves children behind, end all the same. A child that left the group is not waited for.
 *
 * It is handed to Node as text, so it may use nothing of this module.
 */
export class Supervisor {
  // Children may hold the program's output open; what it printed before it ended arrives well within this time.
  readonly #drainMilliseconds = 2000;
  readonly #child = this.#spawn();
  readonly #output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  readonly #timers: NodeJS.Timeout[] = [];
  #reported = false;

  run(): void {
    const [, limit, most] = process.argv;
    process.stderr.write(`${process.pid}\n`);
    this.#timers.push(setTimeout(() => this.#report({ kind: "late" }), Number(limit)));
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(name, () => this.#report({ kind: "stopped" }));
    this.#collect(Number(most));
    this.#child.on("error", (error: NodeJS.ErrnoException) =>
      this.#report(error.code === "ENOENT" ? { kind: "missing" } : { kind: "unstartable", why: error.message }),
    );
    this.#child.on("exit", (code) => {
      this.#killGroup();
      this.#timers.push(setTimeout(() => this.#end(code), this.#drainMilliseconds));
    });
    this.#child.on("close", (code) => this.#end(code));
    // A program may answer without having read its input.
    this.#child.stdin.on("error", () => this.#discardInput());
    process.stdin.pipe(this.#child.stdin);
  }

  #spawn() {
    const { spawn } = process.getBuiltinModule("node:child_process");
    const [program, ...args] = process.argv.slice(3) as [string, ...string[]];
    return spawn(program, args, { detached: true, stdio: "pipe" });
  }

  #collect(most: number): void {
    let bytes = 0;
    for (const name of ["stdout", "stderr"] as const)
      this.#child[name].on("data", (chunk: Buffer) => {
        this.#output[name].push(chunk);
        bytes += chunk.length;
        if (bytes > most) this.#report({ kind: "flooded" });
      });
  }

  #end(code: number | null): void {
    const text = (name: "stdout" | "stderr") => Buffer.concat(this.#output[name]).toString("utf8");
    this.#report({ kind: "ended", code, stdout: text("stdout"), stderr: text("stderr") });
  }

  #report(end: SupervisorReport): void {
    if (this.#reported) return;
    this.#reported = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#killGroup();
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    this.#discardInput();
    this.#child.unref();
    process.stdout.write(JSON.stringify(end));
  }

  #killGroup(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Read to its end all the same: whoever writes it, the toolkit, cannot stand a pipe that closes early. */
  #discardInput(): void {
    process.stdin.unpipe().resume();
  }
}
