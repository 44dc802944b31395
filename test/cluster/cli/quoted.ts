import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

const PAGE = readFileSync(join(import.meta.dirname, "../../../docs/deploy.md"), "utf8");

/** Compares what docs/deploy.md quotes of a command with what it prints; ports and times are those of a run. */
export function expectQuoted(command: string, out: string): void {
  const [, block] = PAGE.split(`$ seedbed ${command}\n`);
  if (block === undefined) throw new Error(`docs/deploy.md does not quote seedbed ${command}`);
  expect(anyRun(out)).toBe(anyRun(block.split("```", 1)[0]!));
}

function anyRun(text: string): string {
  return text.replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>").replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "<time>");
}
