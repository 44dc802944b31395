import { Ajv2020 } from "ajv/dist/2020.js";
import type { Digest } from "../digests/digest.ts";
import type { Parsed, Problem } from "../problem.ts";
import { describeSchemaErrors } from "../yaml/read-yaml.ts";
import type { LockedDumpSet, Seed } from "./lock.ts";
import { seedResultSchema } from "./seed-result-schema.ts";

/** `seed-result.json`: what a run leaves for the bot, digests and facts only. */
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

// Our own schema; a test validates it, and the schema of schemas takes ajv 0.1 s to compile at every start.
const validate = new Ajv2020({ allErrors: true, strictRequired: false, validateSchema: false }).compile<SeedResult>(
  seedResultSchema,
);

/** The text of a seed-result.json as a value, or what is wrong with it. JSON has no places: line and column are 1. */
export function parseSeedResult(text: string): Parsed<SeedResult> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [problemOf(`is not JSON: ${(error as Error).message}`)] };
  }
  if (validate(value)) return { ok: true, value, warnings: [] };
  const findings = describeSchemaErrors(validate.errors ?? []);
  return { ok: false, problems: findings.map((finding) => problemOf(`has ${finding.where}: ${finding.what}`)) };
}

function problemOf(what: string): Problem {
  return {
    severity: "error",
    code: "seed-result-invalid",
    path: "seed-result.json",
    line: 1,
    column: 1,
    what: `The seed result ${what}`,
    why: "The bot reads a run's result strictly, because a runner can be broken into.",
    fix: "Seed again with the same version of the Action that provision.yml on the default branch pins.",
    docs: "docs/reference/seed-result.md",
  };
}
