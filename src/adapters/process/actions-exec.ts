import { getExecOutput } from "@actions/exec";
import type { Process, ProgramCall, ProgramEnd } from "../../ports/process.ts";
import { Supervisor, type SupervisorReport } from "./supervise.ts";

/** More than any answer, and little enough to be kept in memory. */
const MOST_BYTES = 256 * 1024;

/**
 * Programs run by GitHub's toolkit, silently. The toolkit can neither end a program nor stop waiting for the children that
 * it leaves behind, so what it runs is this Node with a supervisor that can. Programs get this environment but for Seedbed's
 * own secrets: the inputs of the Action and the variables of the command line.
 */
export function openProcess(environment: Record<string, string | undefined>): Process {
  const env = Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => isForOthers(entry[0]) && entry[1] !== undefined,
    ),
  );
  return { run: (call) => runSupervised(call, env) };
}

function isForOthers(name: string): boolean {
  return !/^(INPUT|SEEDBED)_/i.test(name);
}

async function runSupervised(call: ProgramCall, env: Record<string, string>): Promise<ProgramEnd> {
  const { signal } = call;
  signal.throwIfAborted();
  const supervisor = { id: "" };
  const stop = () => {
    if (/^\d+\n/.test(supervisor.id)) endSupervisor(Number.parseInt(supervisor.id, 10));
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { exitCode, stdout } = await getExecOutput(`"${process.execPath}"`, argumentsOf(call), {
      env,
      input: Buffer.from(call.input),
      silent: true,
      ignoreReturnCode: true,
      listeners: {
        stderr: (data) => {
          supervisor.id += data.toString("latin1");
          if (signal.aborted) stop();
        },
      },
    });
    signal.throwIfAborted();
    return readReport(stdout, exitCode);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function argumentsOf({ limitMilliseconds, program, arguments: args }: ProgramCall): string[] {
  return [
    "-e",
    `new (${Supervisor.toString()})().run()`,
    "--",
    String(limitMilliseconds),
    String(MOST_BYTES),
    program,
    ...args,
  ];
}

/** It ends the program first, and then itself. */
function endSupervisor(id: number): void {
  try {
    process.kill(id, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** A signal that reached the supervisor alone, such as a terminal's Ctrl-C that is still on its way here, leaves no report of an end. */
function readReport(stdout: string, exitCode: number): ProgramEnd {
  const report = parseReport(stdout);
  if (report === null) return { kind: "unstartable", why: `Node ended with exit code ${exitCode}` };
  return report.kind === "stopped" ? { kind: "unstartable", why: "it was interrupted" } : report;
}

function parseReport(text: string): SupervisorReport | null {
  try {
    return JSON.parse(text) as SupervisorReport;
  } catch {
    // Not quoted: a cut report may hold a secret.
    return null;
  }
}
