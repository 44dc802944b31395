import type { ProgramEnd } from "../ports.ts";

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
export function supervise(): void {
  const { spawn } = process.getBuiltinModule("node:child_process");
  const [, limit, most, program, ...args] = process.argv as [string, string, string, string, ...string[]];
  process.stderr.write(`${process.pid}\n`);
  // Its children may hold its output open; what it printed before it ended arrives well within this time.
  const DRAIN_MILLISECONDS = 2000;
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  let reported = false;
  const child = spawn(program, args, { detached: true, stdio: "pipe" });

  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  // Read to its end all the same: whoever writes it, the toolkit, cannot stand a pipe that closes early.
  const discardInput = () => process.stdin.unpipe().resume();
  const report = (end: SupervisorReport) => {
    if (reported) return;
    reported = true;
    for (const timer of timers) clearTimeout(timer);
    killGroup();
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    discardInput();
    child.unref();
    process.stdout.write(JSON.stringify(end));
  };
  const timers = [setTimeout(() => report({ kind: "late" }), Number(limit))];
  const ended = (code: number | null) => {
    const text = (name: "stdout" | "stderr") => Buffer.concat(output[name]).toString("utf8");
    report({ kind: "ended", code, stdout: text("stdout"), stderr: text("stderr") });
  };

  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk: Buffer) => {
      output[name].push(chunk);
      bytes += chunk.length;
      if (bytes > Number(most)) report({ kind: "flooded" });
    });
  child.on("error", (error: NodeJS.ErrnoException) =>
    report(error.code === "ENOENT" ? { kind: "missing" } : { kind: "unstartable", why: error.message }),
  );
  child.on("exit", (code) => {
    killGroup();
    timers.push(setTimeout(() => ended(code), DRAIN_MILLISECONDS));
  });
  child.on("close", ended);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => report({ kind: "stopped" }));
  // A program may answer without having read its input.
  child.stdin.on("error", discardInput);
  process.stdin.pipe(child.stdin);
}
