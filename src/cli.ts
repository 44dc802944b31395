import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cancelOnSignals } from "./adapters/terminal/cancel-signal.ts";
import { systemClock } from "./adapters/process/clock.ts";
import { runDemo } from "./adapters/process/demo-process.ts";
import { openCluster } from "./adapters/kubernetes/open-cluster.ts";
import { openRancher } from "./adapters/kubernetes/rancher.ts";
import { openDockerLogins } from "./adapters/docker-logins.ts";
import { openDiskTree } from "./adapters/disk/disk-tree.ts";
import { openDumpFolder } from "./adapters/disk/dump-folder.ts";
import { openGitCheckout } from "./adapters/git/checkout.ts";
import { readRuntime } from "./adapters/disk/runtime-folder.ts";
import { askTerminal } from "./adapters/terminal/ask.ts";
import { createTerminalLog } from "./adapters/terminal/log.ts";
import { openOutput } from "./adapters/terminal/output.ts";
import { findSqlClient } from "./adapters/process/sql-client.ts";
import { sayLastWords } from "./adapters/process/last-words.ts";
import { describeError } from "./problem/describe-error.ts";
import { connectSeedPorts } from "./adapters/seed-connections.ts";
import { writeWorkTree } from "./adapters/disk/work-tree.ts";
import type { Bench, Checkout } from "./cli/bench.ts";
import { runCli } from "./cli/program.ts";
import { nameVariables } from "./credentials/secret-names.ts";

const { stdout, stderr, env } = process;
const color = stdout.isTTY && env["NO_COLOR"] === undefined;
const inJob = env["GITHUB_ACTIONS"] === "true";
const err = openOutput((text) => void stderr.write(text), { inJob });
const log = createTerminalLog({
  write: err,
  interactive: stderr.isTTY && env["CI"] === undefined,
  now: () => Date.now(),
  stream: stderr,
});
sayLastWords((error) => err({ painted: describeError(error, { color }) }));
// A reader such as head may close the pipe early: that is not an error.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
const signal = cancelOnSignals(
  {
    on: (name, listener) => void process.on(name, listener),
    removeAllListeners: (name) => void process.removeAllListeners(name),
    kill: (name) => void process.kill(process.pid, name),
  },
  { now: () => Date.now(), say: (text) => void stderr.write(text), hasExport: process.argv[2] === "seed" },
);

const bench: Bench = {
  checkout: () => openCheckout(process.cwd()),
  version: readVersion(),
  environment: env,
  readFile: (path) => readFile(path, "utf8"),
  out: openOutput((text) => void stdout.write(text), { inJob }),
  err,
  color,
  width: stdout.columns ?? 100,
  log,
  clock: systemClock,
  signal,
  connect: (credentials) => connectSeedPorts(credentials, { environment: env, nameSecrets: nameVariables, signal }),
  findLogin: (host) => openDockerLogins({ environment: env, signal }).find(host),
  openCluster: (choice) => openCluster(choice, { environment: env, clock: systemClock, signal }),
  openRancher: (login) => openRancher(login, { environment: env, signal }),
  ask: (question) => askTerminal(question, { input: process.stdin, output: stderr, signal }),
  sqlClient: findSqlClient(env["PATH"] ?? ""),
  runtime: () => readRuntime(fileURLToPath(new URL("./container/runtime", import.meta.url))),
  template: (name) => readFile(new URL(`./templates/${name}`, import.meta.url), "utf8"),
  openFolder: openDumpFolder,
  demo: (args) => runDemo(fileURLToPath(new URL("../test/demo/main.ts", import.meta.url)), args),
};

/** package.json lies above this file, in the sources as in an installation. */
function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

async function openCheckout(folder: string): Promise<Checkout> {
  const git = await openGitCheckout(folder);
  const write: Checkout["write"] = (change) => writeWorkTree(git.top, change);
  return { ...git, tree: openDiskTree(git.top, git.index), write };
}

// No process.exit(): a busy process can hang in it, and handles that stay open are bugs to be found.
process.exitCode = await runCli(process.argv.slice(2), bench);
log.end();
