import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { containerRoot, listenerFile, listenerRuns } from "./surroundings.ts";

// The listener: a process that does nothing, whose being there opens the way in.

const root = containerRoot();
const command = process.argv[2] ?? "";
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

async function start(): Promise<number> {
  if (listenerRuns(root)) {
    say("TNS-01106: Listener using listener name LISTENER has already been started");
    return 1;
  }
  const child = spawn("bash", ["-c", "exec -a tnslsnr sleep infinity"], { stdio: "ignore" });
  child.unref();
  mkdirSync(dirname(listenerFile(root)), { recursive: true });
  writeFileSync(listenerFile(root), String(child.pid));
  while (!listenerRuns(root)) await new Promise((resolve) => setTimeout(resolve, 2));
  say("The command completed successfully");
  return 0;
}

function stopOrStatus(): number {
  if (!listenerRuns(root)) {
    say("TNS-12541: Cannot connect. No listener at host localhost port 1521.");
    return 1;
  }
  if (command === "stop") {
    process.kill(Number(readFileSync(listenerFile(root), "utf8")), "SIGTERM");
    rmSync(listenerFile(root));
  }
  say("The command completed successfully");
  return 0;
}

function unknown(): number {
  say(`NL-00853: undefined command "${command}".  Try "help"`);
  return 1;
}

say("\nLSNRCTL for Linux: Version 23.26.0.0.0 - Production\n");
const status =
  command === "start" ? await start() : command === "stop" || command === "status" ? stopOrStatus() : unknown();
process.exitCode = status;
