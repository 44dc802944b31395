import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { afterEach } from "vitest";

// Runs before every file of the project `unit`. What test/projects.ts cannot see (a package that starts a program by
// itself) fails here, where the test does it.

const refused: string[] = [];

/** What was refused since the last call: the test that did it has failed unless it takes them. */
export function takeRefused(): string[] {
  return refused.splice(0);
}

function refuse(what: string): () => never {
  return () => {
    const message = `A unit test ${what}. Tests that need this belong to another project: see test/projects.ts.`;
    refused.push(message);
    throw new Error(message);
  };
}

const starts = refuse("starts a process");
for (const name of ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const)
  Object.defineProperty(childProcess, name, { value: starts, configurable: true });
// Named imports of a built-in module see the change only after this.
syncBuiltinESMExports();

net.Server.prototype.listen = refuse("listens on a port");
net.Socket.prototype.connect = refuse("connects to a port");

// The error may have been caught on its way.
afterEach(() => {
  const [first] = takeRefused();
  if (first !== undefined) throw new Error(first);
});
