import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

// Runs before every file of the project `unit`. What test/projects.ts cannot see (a package that starts a program by
// itself) fails here, where the test does it.

function refuse(what: string): () => never {
  return () => {
    throw new Error(`A unit test ${what}. Tests that need this belong to another project: see test/projects.ts.`);
  };
}

const starts = refuse("starts a process");
for (const name of ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const)
  Object.defineProperty(childProcess, name, { value: starts, configurable: true });
// Named imports of a built-in module see the change only after this.
syncBuiltinESMExports();

net.Server.prototype.listen = refuse("listens on a port");
net.Socket.prototype.connect = refuse("connects to a port");
