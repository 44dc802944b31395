import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Permit, PermitFacts } from "../../src/permit/permit.ts";
import { listRequestDigests } from "../../src/digests/request-files.ts";
import type { DoorFacts } from "../../src/door/door-facts.ts";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import type { Lock } from "../../src/lock/lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { examplePermit, makeKey, signed } from "../permit/example-permit.ts";

const TOP = join(import.meta.dirname, "../..");
export const KEY = makeKey("k1");
/** A Sunday, 22:30 in Berlin. */
export const NOW = Date.parse("2026-11-22T21:30:00Z");

export const SETTINGS = readFileSync(join(TOP, "test/fixtures/settings.yml"), "utf8").replace(
  /public_key: .*/,
  `public_key: ${KEY.settings.public_key}`,
);

export const REQUEST: Record<string, string> = Object.fromEntries(
  ["database_config.yaml", "scripts/mask.sql"].map((path) => [
    path,
    readFileSync(join(TOP, "environments/hr", path), "utf8"),
  ]),
);

/** Text of an approval.yaml for the example's request. */
export function approvalOf(change: Partial<PermitFacts> = {}): string {
  return signed(permitOf(change), KEY).toString("utf8");
}

/** A permit for the example's request. */
export function permitOf(change: Partial<PermitFacts> = {}): Permit {
  const { expires_at: expires, ...lasting } = examplePermit;
  return {
    ...lasting,
    ...(change.work === "apply" ? {} : { expires_at: expires }),
    generation: 1,
    request: listRequestDigests({ database: "hr", files: REQUEST }),
    signed_at: "2026-11-22T14:05:11Z",
    ...change,
  } as Permit;
}

export function lockOf(change: Partial<Lock>): string {
  return renderLock({ ...emptyLock("hr"), ...change });
}

/** A run that may: every change of it is one reason why not. */
export function goodFacts(files: Record<string, string | null> = {}): DoorFacts {
  const texts: Record<string, string | null> = { ...REQUEST, "approval.yaml": approvalOf(), ...files };
  const there = Object.entries(texts).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
  return {
    run: {
      workflowRef: "acme/databases/.github/workflows/provision.yml@refs/heads/main",
      event: "workflow_dispatch",
      repositoryId: "812345678",
    },
    database: "hr",
    source: "hr-prod",
    main: {
      repository: { id: "812345678", name: "acme/databases", defaultBranch: "main" },
      tip: "a".repeat(40),
      now: NOW,
      databases: ["crm", "hr", "sales"],
      settings: SETTINGS,
      files: Object.fromEntries(there.map(([path, text]) => [path, { mode: "100644", text }])),
    },
  };
}
