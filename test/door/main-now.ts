import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Permit, PermitFacts } from "../../src/permit/permit.ts";
import { listRequestDigests } from "../../src/digests/request-files.ts";
import type { DoorFacts } from "../../src/door/door-facts.ts";
import type { MainCommit } from "../../src/ports/main-reader.ts";
import { lookAtMain } from "../../src/use-cases/look-at-main.ts";
import { memoryTree } from "../database/memory-tree.ts";
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

/** What a test changes of main, by path below the database's folder. */
interface MainChange {
  /** null removes a file. */
  files?: Record<string, string | Buffer | null>;
  modes?: Record<string, string>;
  /** null for no settings. */
  settings?: string | null;
}

/** A main on which hr has an open permit. */
export function goodMain({ files = {}, modes = {}, settings = SETTINGS }: MainChange = {}): MainCommit {
  const texts = { ...REQUEST, "approval.yaml": approvalOf(), ...files };
  const others = ["crm", "sales"].map((name) => [`environments/${name}/database_config.yaml`, "owner: ada\n"]);
  const there = Object.entries(texts).flatMap(([path, text]) => (text === null ? [] : [[hr(path), text] as const]));
  const own = settings === null ? [] : [[".github/seedbed.yml", settings]];
  const tree = memoryTree(
    Object.fromEntries([...own, ...others, ...there]) as Record<string, string | Buffer>,
    Object.fromEntries(Object.entries(modes).map(([path, mode]) => [hr(path), mode])),
  );
  return {
    repository: { id: "812345678", name: "acme/databases", defaultBranch: "main" },
    tip: "a".repeat(40),
    now: NOW,
    tree,
  };
}

function hr(path: string): string {
  return `environments/hr/${path}`;
}

/** A run that may: every change of it is one reason why not. */
export async function goodFacts(
  files: MainChange["files"] = {},
  more: Omit<MainChange, "files"> = {},
): Promise<DoorFacts> {
  const main = goodMain({ files, ...more });
  return {
    run: {
      workflowRef: "acme/databases/.github/workflows/provision.yml@refs/heads/main",
      event: "workflow_dispatch",
      repositoryId: "812345678",
    },
    database: "hr",
    source: "hr-prod",
    main: await lookAtMain({ look: async () => main }, "hr"),
  };
}
