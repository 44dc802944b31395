import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

// What a kubelet 1.36 was seen to do with the same pods, and where its source says so (test/cluster/node compares).

/** How long a changed ConfigMap takes to a pod at most: the kubelet looks at each pod once a minute (syncFrequency). */
export const CONFIG_DELAY_SECONDS = 60;

/**
 * How long an ended container waits until the next start, by how often it has ended in a row: not at all, 10, 20, 40 … 300
 * seconds (kuberuntime_manager.go, doBackOff: the first end only begins the count).
 */
export function backOffSeconds(ends: number): number {
  return ends < 2 ? 0 : Math.min(300, 10 * 2 ** (ends - 2));
}

/** runc takes longer to send a signal than bash to run its first command, on a busy machine as well: test/contract/runc sends real ones. */
const LOOKS = 100;
const LOOK_EVERY_MS = 2;

/**
 * Asks a container's first process to end. Without a handler the kernel drops the signal (pid_namespaces(7)): false, and only
 * the end of the grace period is left.
 */
export async function askToEnd(child: ChildProcess): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (await catchesTerm(child.pid!)) return child.kill("SIGTERM");
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** Bit 14 of the caught signals (proc(5), SigCgt; signal(7)). One that has ended needs no signal any more. */
async function catchesTerm(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return caught === undefined || ((BigInt(`0x${caught}`) >> 14n) & 1n) === 1n;
}
