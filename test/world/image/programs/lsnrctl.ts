import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { endpointsFile, readTlsEndpoint } from "./listener-ora.ts";
import { containerRoot, listenerFile, listenerRuns } from "./surroundings.ts";

// The listener: a process whose being there opens the way in. It does nothing, unless it serves TLS.

const root = containerRoot();
const command = process.argv[2] ?? "";
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

async function start(): Promise<number> {
  if (listenerRuns(root)) {
    say("TNS-01106: Listener using listener name LISTENER has already been started");
    return 1;
  }
  rmSync(endpointsFile(root), { force: true });
  const home = process.env["ORACLE_HOME"];
  const overTls = home !== undefined && readTlsEndpoint(root, home) !== null;
  const program = overTls ? [process.execPath, join(dirname(process.argv[1]!), "tnslsnr")] : ["sleep", "infinity"];
  const child = spawn("bash", ["-c", 'exec -a tnslsnr "$@"', "bash", ...program], {
    stdio: "ignore",
    detached: overTls,
  });
  child.unref();
  mkdirSync(dirname(listenerFile(root)), { recursive: true });
  writeFileSync(listenerFile(root), String(child.pid));
  while (!listenerRuns(root) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
  if (overTls) while (!existsSync(endpointsFile(root))) await new Promise((resolve) => setTimeout(resolve, 5));
  const said = overTls ? readFileSync(endpointsFile(root), "utf8") : "";
  if (said.includes("TNS-")) {
    say(`${said}\nListener failed to start. See the error message(s) above...`);
    rmSync(listenerFile(root), { force: true });
    return 1;
  }
  say(`Listening Endpoints Summary...\n  (DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=0.0.0.0)(PORT=1521)))\n${said}`);
  say("The command completed successfully");
  return 0;
}

function stopOrStatus(): number {
  if (!listenerRuns(root)) {
    say("TNS-12541: Cannot connect. No listener at host localhost port 1521.");
    return 1;
  }
  if (command === "status" && existsSync(endpointsFile(root))) say(readFileSync(endpointsFile(root), "utf8"));
  if (command === "stop") {
    process.kill(Number(readFileSync(listenerFile(root), "utf8")), "SIGTERM");
    rmSync(listenerFile(root));
    rmSync(endpointsFile(root), { force: true });
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
