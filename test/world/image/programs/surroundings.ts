import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { ImageProfile } from "../database/instance.ts";

/** The root file system that this program was started from, `/` in a container; the program is in …/product/<release>/<home>/bin. */
export function containerRoot(): string {
  const self = realpathSync(process.argv[1]!);
  const at = self.indexOf("/opt/oracle/product/");
  if (at < 0) throw new Error(`${self} is not in an Oracle home`);
  return self.slice(0, at) || "/";
}

/** Facts of the image that the root file system was made from. */
export function imageProfile(root: string): ImageProfile {
  return JSON.parse(readFileSync(join(root, ".world/profile.json"), "utf8")) as ImageProfile;
}

/**
 * When a process began, in the kernel's ticks (proc(5), field 22 of stat); null where none runs. A number is given
 * again, within seconds in a container: number and begin together are one process.
 */
export function processBegin(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // One that has ended and was not waited for is there by name only.
    return fields[0] === "Z" ? null : fields[19]!;
  } catch {
    // No such process.
    return null;
  }
}

/** A listener runs when its process is there. */
export function listenerRuns(root: string): boolean {
  const file = listenerFile(root);
  if (!existsSync(file)) return false;
  const pid = Number(readFileSync(file, "utf8"));
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("tnslsnr");
  } catch {
    // No such process: the file is from a killed container.
    return false;
  }
}

export function listenerFile(root: string): string {
  return join(root, "dev/shm/listener.pid");
}

/** The whole of stdin. */
export async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
