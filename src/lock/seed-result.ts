import type { Digest } from "../crypto/digest.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { describeSchemaErrors } from "../document/read-generated.ts";
import { lazyValidator } from "../document/own-schema.ts";
import type { LockedDumpSet, Seed } from "./lock.ts";
import { seedResultSchema } from "./seed-result-schema.ts";

/** `seed-result.json`: what a run reports to the bot, digests and facts only. */
export type SeedResult = Seeded | Failed;

interface AnyResult {
  version: 1;
  repositoryId: string;
  run: string;
  attempt: number;
  database: string;
  approval: Digest;
  generation: number;
}

export interface Failed extends AnyResult {
  outcome: "failed" | "superseded";
  stage: string;
  code: string;
  text: string;
  fix: string;
  /** Jobs and files that a killed run could not remove. */
  leftOnSource: string[];
}

export interface Seeded extends AnyResult {
  outcome: "seeded";
  digests: { seedInputs: Digest; importInputs: Digest; runtime: Digest };
  seed: Seed;
  dumpSet: LockedDumpSet;
  image: { digest: Digest; base: Digest; platform: string };
  summary: { stages: { name: string; seconds: number; text: string }[]; warnings: string[]; leftOnSource: string[] };
}

const validator = lazyValidator<SeedResult>(seedResultSchema, { allErrors: true, allowUnionTypes: false });

/** The text of a seed-result.json as a value, or its problems. Line and column are always 1, because JSON.parse gives no positions. */
export function parseSeedResult(text: string): Parsed<SeedResult> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [problemOf(`is not JSON: ${(error as Error).message}`)] };
  }
  const validate = validator();
  if (validate(value)) return { ok: true, value, warnings: [] };
  const findings = describeSchemaErrors(validate.errors ?? []);
  return {
    ok: false,
    problems: findings.map((finding) => problemOf(`has an error at ${finding.where}: ${finding.what}`)),
  };
}

function problemOf(what: string): Problem {
  return {
    severity: "error",
    code: "seed-result-invalid",
    path: "seed-result.json",
    line: 1,
    column: 1,
    what: `the seed result ${what}`,
    why: "the bot checks a run's result strictly, because a runner can be compromised",
    fix: "seed again with the version of the Action that provision.yml on the default branch pins",
    docs: "docs/reference/seed-result.md",
  };
}
