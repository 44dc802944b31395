import { expect } from "vitest";
import type { Chain, Ran, RunOptions } from "./chain.ts";

export interface Refused {
  /** 1 findings, 2 could not run. */
  code: 1 | 2;
  /** What happened, where, and what to do: each must stand in the output. */
  says: (string | RegExp)[];
}

/** Runs a command that must be refused: with these words, without a trace in the world, in the repository, or of a secret. */
export async function expectRefused(
  chain: Chain,
  args: string[],
  { code, says }: Refused,
  options: RunOptions = {},
): Promise<Ran> {
  const before = await chain.outside();
  const ran = await chain.seedbed(args, options);
  for (const text of says) {
    if (text instanceof RegExp) expect(ran.all).toMatch(text);
    else expect(ran.all).toContain(text);
  }
  expect(ran.all).toMatch(/= fix: \S|seedbed --help/);
  expect(ran.all, "an error that nobody thought of").not.toMatch(/unexpected|\n\s+at .*[:(]/);
  expect(ran.code).toBe(code);
  expect(await chain.outside(), "what the world and the repository look like").toEqual(before);
  expect(chain.leaked(), "secrets in the output").toEqual([]);
  return ran;
}
