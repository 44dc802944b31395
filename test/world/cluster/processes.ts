import { spawn, type ChildProcess } from "node:child_process";
import { openSync, closeSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface Start {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** Everything that the container prints is appended here. */
  log: string;
}

/** Starts a container's first process in a process group of its own. */
export function startProcess(start: Start): ChildProcess {
  const output = openSync(start.log, "a");
  try {
    return spawn(start.command, start.args, {
      cwd: start.cwd,
      env: start.env,
      detached: true,
      stdio: ["ignore", output, output],
    });
  } finally {
    closeSync(output);
  }
}

/**
 * Kills every process of a container at once, whatever group it moved to: all are stopped before the first one dies, so
 * that none sees another's end. A process belongs to the container whose root is in its environment.
 */
export async function killContainer(root: string): Promise<void> {
  const stopped = new Set<number>();
  for (let fresh = await processesOf(root, stopped); fresh.length > 0; fresh = await processesOf(root, stopped)) {
    for (const pid of fresh) {
      signal(pid, "SIGSTOP");
      stopped.add(pid);
    }
  }
  // Each look kills: one that is found only now must not be waited for.
  for (let left = [...stopped]; left.length > 0; left = await processesOf(root, new Set())) {
    for (const pid of left) signal(pid, "SIGKILL");
    await sleep(5);
  }
}

async function processesOf(root: string, known: Set<number>): Promise<number[]> {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const found = await Promise.all(pids.map(async (pid) => ((await belongs(pid, root)) ? pid : null)));
  return found.filter((pid) => pid !== null).filter((pid) => !known.has(pid));
}

async function belongs(pid: number, root: string): Promise<boolean> {
  try {
    return `\0${await environmentOf(pid)}`.includes(`\0SEEDBED_ROOT=${root}\0`);
  } catch {
    // It has ended, or belongs to another user.
    return false;
  }
}

/** In the middle of an exec a process has no environment yet; who has none after some looks was started without one. */
const LOOKS = 20;

/** Each look reads hundreds of these files, which wait for nothing: to hand every one to another thread would take longer. */
async function environmentOf(pid: number): Promise<string> {
  for (let look = 0; look < LOOKS; look += 1) {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
    if (environment !== "" || !hasMemory(pid)) return environment;
    await sleep(2);
  }
  return "";
}

/** Not so for one that is dead and unread, and for the kernel's own: proc(5), field 23 of stat, in bytes. */
function hasMemory(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[20] !== "0";
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself between the look and the signal.
    return;
  }
}
