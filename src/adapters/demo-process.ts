import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { SeedbedError } from "../error.ts";

/** Runs the demo of a checkout with this Node and returns its exit code. */
export function runDemo(entry: string, args: string[]): Promise<number> {
  if (!existsSync(entry))
    throw new SeedbedError("demo-missing", "The demo is not part of the installed package.", {
      fix: "Clone the repository, then run: npm ci && npm run demo",
    });
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => done(code ?? 2));
  });
}
