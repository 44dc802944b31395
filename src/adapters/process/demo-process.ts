import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { SeedbedError } from "../../problem/error.ts";

// Passed on to the demo, which has child processes to end.
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs the demo of a checkout with this Node and returns its exit code. */
export function runDemo(entry: string, args: string[]): Promise<number> {
  if (!existsSync(entry))
    throw new SeedbedError("demo-missing", "The demo is not part of the installed package.", {
      fix: "Clone the repository, then run: npm ci && npm run demo",
    });
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { stdio: "inherit" });
    const pass = (name: NodeJS.Signals) => void child.kill(name);
    for (const name of SIGNALS) process.on(name, pass);
    const forget = () => {
      for (const name of SIGNALS) process.off(name, pass);
    };
    child.on("error", (error) => {
      forget();
      reject(error);
    });
    child.on("close", (code) => {
      forget();
      done(code ?? 2);
    });
  });
}
