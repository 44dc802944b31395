import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { WorldClock } from "../clock.ts";
import { parseCommandFile, readLines, type JobLog } from "./commands.ts";
import { interpolateText, UnknownToRunner, type Contexts } from "./expression.ts";

/** An action.yml as this runner carries it out. */
export interface ActionFile {
  inputs: Record<string, { default?: unknown }>;
  /** Every output that it declares, empty until a step sets it. */
  outputs: Record<string, string>;
  main: string;
  post: string;
}

export interface Cancel {
  signal: AbortSignal;
  clock: WorldClock;
}

/** Where a step's program runs and what it may write. */
export interface StepPlace {
  /** Of the action: holds action.yml. */
  actionFolder: string;
  /** RUNNER_TEMP. */
  temporary: string;
  /** The command files of this step are made here. */
  commands: string;
  environment: Record<string, string>;
  mayStartPrograms: boolean;
  log: JobLog;
}

export interface StepEnd {
  outcome: "success" | "failure" | "cancelled";
  /** Which signal it took, where the run was cancelled. */
  signals: string[];
  outputs: Record<string, string>;
  state: Record<string, string>;
  summary: string;
}

/** Reads an action.yml; one that needs more than a program before and after is refused. */
export async function readActionFile(folder: string): Promise<ActionFile> {
  const file = parse(await readFile(join(folder, "action.yml"), "utf8")) as Record<string, Record<string, unknown>>;
  const { using, main, post, "post-if": postIf, ...rest } = file["runs"] ?? {};
  if (using !== "node24" || postIf !== "always()" || Object.keys(rest).length > 0)
    throw new UnknownToRunner(`runs of action.yml: ${JSON.stringify(file["runs"])}`);
  const outputs = Object.fromEntries(Object.keys(file["outputs"] ?? {}).map((name) => [name, ""]));
  return { inputs: (file["inputs"] ?? {}) as ActionFile["inputs"], outputs, main: String(main), post: String(post) };
}

/** INPUT_ variables of a step: what the workflow passes, else the action's defaults. */
export function inputsOf(action: ActionFile, given: Record<string, unknown>, contexts: Contexts) {
  const odd = Object.keys(given).find((name) => !Object.hasOwn(action.inputs, name));
  if (odd !== undefined) throw new UnknownToRunner(`the input ${odd}, which action.yml does not define`);
  const values = Object.entries(action.inputs).map(([name, { default: standard }]) => {
    const value = Object.hasOwn(given, name) ? given[name] : (standard ?? "");
    return [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, interpolateText(value, contexts)];
  });
  return Object.fromEntries(values) as Record<string, string>;
}

/**
 * Runs one program of an action under Node's permission model: it may read everything, write only what a step may, and start
 * no other program unless the runner's options say so.
 */
export async function runProgram(program: string, place: StepPlace, cancel: Cancel): Promise<StepEnd> {
  const { temporary, commands, environment, log, actionFolder } = place;
  await mkdir(commands, { recursive: true });
  const names = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"];
  const files = Object.fromEntries(names.map((name) => [name, join(commands, name.toLowerCase())]));
  for (const path of Object.values(files)) await writeFile(path, "");
  const writable = [temporary, `${temporary}/*`, ...Object.values(files)].map((path) => `--allow-fs-write=${path}`);
  const programs = place.mayStartPrograms ? ["--allow-child-process"] : [];
  const child = spawn(
    process.execPath,
    ["--permission", "--allow-fs-read=*", ...writable, ...programs, join(actionFolder, program)],
    { env: { ...environment, ...files }, cwd: temporary, stdio: ["ignore", "pipe", "pipe"] },
  );
  const reading = [child.stdout, child.stderr].map((output) => readLines(output, (line) => log.read(line)));
  const signals = stopOnCancel(child, cancel);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  signals.end();
  await Promise.all(reading);
  const read = (name: string) => readFile(files[name]!, "utf8");
  const done = code === 0 ? "success" : "failure";
  return {
    outcome: signals.sent.length > 0 ? "cancelled" : done,
    signals: signals.sent,
    outputs: parseCommandFile(await read("GITHUB_OUTPUT")),
    state: parseCommandFile(await read("GITHUB_STATE")),
    summary: await read("GITHUB_STEP_SUMMARY"),
  };
}

/** GitHub's runner waits so long after SIGINT and after SIGTERM, in milliseconds. */
const TERMINATE = 7500;
const KILL = 2500;

/** A cancel is SIGINT, then SIGTERM, then SIGKILL, at the times that the runner of GitHub keeps. */
function stopOnCancel(child: ReturnType<typeof spawn>, { signal, clock }: Cancel) {
  const sent: NodeJS.Signals[] = [];
  const timers: (() => void)[] = [];
  const send = (name: NodeJS.Signals) => {
    sent.push(name);
    child.kill(name);
  };
  const begin = () => {
    send("SIGINT");
    timers.push(clock.after(TERMINATE, () => send("SIGTERM")));
    timers.push(clock.after(TERMINATE + KILL, () => send("SIGKILL")));
  };
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  const end = () => {
    signal.removeEventListener("abort", begin);
    for (const takeBack of timers) takeBack();
  };
  return { sent, end };
}
