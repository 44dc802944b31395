import { digestImportInputs, digestSeedInputs } from "../../src/digests/seed.ts";
import type { Lock, Seed } from "../../src/lock/lock.ts";
import type { ManifestInput } from "../../src/manifests/manifest-input.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import { planChange, type PlanInput } from "../../src/plan/plan-change.ts";
import type { PlanState } from "../../src/plan/plan-state.ts";
import type { Change, Plan } from "../../src/plan/plan.ts";
import type { DatabaseRequest } from "../../src/request/request.ts";
import { hr } from "../manifests/example-input.ts";

/** A lock whose digests are those of its seed. */
export function lockOf(seed: Seed): Lock {
  const digests = {
    seed_inputs: digestSeedInputs(seed),
    import_inputs: digestImportInputs(seed),
    runtime: hr.requestDigest,
  };
  return { ...hr.lock, seed, digests };
}

const lock = lockOf(hr.wantedSeed);

/** The example database as it runs; nothing is pending. */
export function running(more: Partial<ManifestInput> = {}): PlanState {
  const input = { ...hr, lock, ...more };
  const { request, settings } = input;
  return { request, seed: input.wantedSeed, lock: input.lock, settings, files: renderManifests(input) };
}

/** The same with an edited copy of the request. */
export function requested(edit: (request: DatabaseRequest) => void, more: Partial<ManifestInput> = {}): PlanState {
  const request = structuredClone(hr.request);
  edit(request);
  return running({ ...more, request });
}

/** The same with an edited copy of the seed. */
export function seeding(edit: (seed: Seed) => void): PlanState {
  const wantedSeed = structuredClone(hr.wantedSeed);
  edit(wantedSeed);
  return running({ wantedSeed });
}

/** Before anybody asked for the database. */
export const absent: PlanState = {
  request: null,
  seed: null,
  lock: { version: 1, database: "hr", generation: 0, approval: null, reset: 0 },
  settings: hr.settings,
  files: [],
};

export function planOf(
  before: PlanState,
  after: PlanState,
  statements: PlanInput["statements"] = ["select 1 from dual"],
): Plan {
  return planChange({ database: "hr", before, after, statements });
}

/** `kind object field` of every change that is none of the generated files' own bookkeeping. */
export function told(changes: readonly Change[]): string[] {
  return changes.map((change) => `${change.kind} ${change.object} ${change.field}`.trim());
}
