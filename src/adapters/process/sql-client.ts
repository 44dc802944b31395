import { execFile, spawn } from "node:child_process";
import { access, constants, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { SqlClient, SqlLogin } from "../../ports/sql-client.ts";

/** SQLcl first: it has a history, and formats. */
const PROGRAMS = ["sql", "sqlplus"];

/** Clients of the given PATH. */
export function findSqlClient(path: string): SqlClient {
  return {
    find: async () => {
      for (const program of PROGRAMS) if (await isInPath(program, path)) return program;
      return null;
    },
    run: runClient,
  };
}

async function isInPath(program: string, path: string): Promise<boolean> {
  for (const folder of path.split(delimiter)) {
    const isThere = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== "" && isThere) return true;
  }
  return false;
}

/**
 * The login goes through a named pipe, as the script that the client starts with: whoever lists processes sees its name, and no disk
 * holds it. `/nolog` and `@script` are the same for both clients (docs.oracle.com, "SQL*Plus User's Guide", Starting SQL*Plus).
 */
async function runClient(program: string, login: SqlLogin): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-connect-"));
  const script = join(folder, "connect.sql");
  try {
    await promisify(execFile)("mkfifo", ["-m", "0600", script]);
    return await runWith(program, script, login);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runWith(program: string, script: string, login: SqlLogin): Promise<number> {
  const restore = holdInterrupts();
  // It waits in another thread for the client to open the pipe.
  const written = writeFile(script, scriptOf(login));
  try {
    const client = spawn(program, ["-L", "/nolog", `@${script}`], { stdio: "inherit" });
    return await new Promise<number>((resolve, reject) => {
      client.once("error", reject);
      client.once("close", (code) => resolve(code ?? 1));
    });
  } finally {
    restore();
    await release(script, written);
  }
}

/** A client that ended before it read the pipe would leave the writer waiting. */
async function release(script: string, written: Promise<void>): Promise<void> {
  const reader = await open(script, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    await written;
  } finally {
    await reader.close();
  }
}

/** `&` would be a variable, and quotes keep every other character. */
function scriptOf({ user, password, address }: SqlLogin): string {
  return `set define off\nconnect "${user}"/"${password}"@${address}\nset define on\n`;
}

/** Ctrl-C interrupts a statement of the client, and not the command around it. */
function holdInterrupts(): () => void {
  const listeners = process.listeners("SIGINT");
  const ignore = (): void => {};
  process.removeAllListeners("SIGINT");
  process.on("SIGINT", ignore);
  return () => {
    process.off("SIGINT", ignore);
    for (const listener of listeners) process.on("SIGINT", listener);
  };
}
