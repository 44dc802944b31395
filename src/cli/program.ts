import type { AddCommand } from "./add-command.ts";
import { Command, CommanderError } from "commander";
import { describeError } from "../problem/describe-error.ts";
import { UnreadableFile } from "../database/unreadable-file.ts";
import { RequestInvalid } from "./loaded.ts";
import type { Bench, ExitCode } from "./bench.ts";
import { addConnect } from "./commands/connect.ts";
import { addDemo } from "./commands/demo.ts";
import { addDeploy } from "./commands/deploy.ts";
import { addInit } from "./commands/init.ts";
import { addLogs } from "./commands/logs.ts";
import { addPlan } from "./commands/plan.ts";
import { addRender } from "./commands/render.ts";
import { addRetire } from "./commands/retire.ts";
import { addSeed } from "./commands/seed.ts";
import { addValidate } from "./commands/validate.ts";
import { addStatus } from "./commands/status.ts";
import { addVerify } from "./commands/verify.ts";
import { errorToJson } from "./error-to-json.ts";

const COMMANDS: AddCommand[] = [
  addInit,
  addValidate,
  addPlan,
  addRender,
  addSeed,
  addDeploy,
  addStatus,
  addLogs,
  addConnect,
  addRetire,
  addVerify,
  addDemo,
];

const AFTER_HELP = `
Exit codes: 0 everything holds, 1 findings, 2 could not run.
Secrets come from the environment, never from arguments: seedbed seed --help lists them.
First steps: seedbed init <database>, then seedbed validate`;

/** Runs one command line to its end. Never throws: errors are printed, and the exit code tells their kind. */
export async function runCli(args: string[], bench: Bench): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(bench, (given) => {
    code = given;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // What was cut off has nothing to say; what a command has to say of a cancel is an error of its own.
    if (bench.signal.aborted && isAbort(error)) return 2;
    // With --json the error is printed where programs expect the result; otherwise on standard error.
    if (args.includes("--json")) bench.out(errorToJson(error));
    if (error instanceof CommanderError) return 2;
    bench.err({ painted: describeError(error, bench) });
    return error instanceof UnreadableFile || error instanceof RequestInvalid ? 1 : 2;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function createProgram(bench: Bench, finish: (code: ExitCode) => void): Command {
  const program = new Command("seedbed");
  const output = { writeOut: (text: string) => bench.out(text), writeErr: (text: string) => bench.err(text) };
  program
    .description("Oracle development databases by pull request, from the command line.")
    .configureOutput(output)
    .version(bench.version, "-V, --version", "print the version of Seedbed")
    .configureHelp({ helpWidth: Math.min(bench.width, 100) })
    .addHelpText("after", AFTER_HELP)
    .showSuggestionAfterError(true)
    .showHelpAfterError("Run seedbed --help to see all commands.")
    .exitOverride()
    .helpCommand(true);
  for (const add of COMMANDS) add(program, bench, finish);
  // Commander sets this per command and does not pass it on to commands that are added later.
  for (const command of program.commands) command.exitOverride().configureOutput(output);
  return program;
}
