import type { Permit } from "../../../../src/permit/permit.ts";
import { compareDigests } from "../../../../src/digests/compare-digests.ts";
import { digestApplyInputs } from "../../../../src/digests/apply-inputs.ts";
import { digestImportInputs, digestSeedInputs, seedOf } from "../../../../src/digests/seed.ts";
import { highestGeneration } from "../../../../src/lock/advance-lock.ts";
import { baseOf } from "../../../../src/manifests/base-of.ts";
import { digestOfReference } from "../../../../src/plan/digest-of-reference.ts";
import type { DatabaseRequest } from "../../../../src/request/request.ts";
import type { Settings } from "../../../../src/settings/settings.ts";
import type { DatabaseState } from "../main-state.ts";

/** The least work that takes a database from its lock to its request. */
export function decideWork(state: DatabaseState, request: DatabaseRequest, settings: Settings): Permit["work"] {
  const seed = seedOf(request, settings, state.files);
  const base = baseOf({ request, settings });
  const work = compareDigests(state.lock, {
    seed_inputs: digestSeedInputs(seed),
    import_inputs: digestImportInputs(seed),
    runtime: { base: digestOfReference(base.image), platform: base.platform },
    apply_inputs: digestApplyInputs(request, state.files),
    applied: null,
  });
  return work === "none" ? "apply" : work;
}

/** One above every generation that was permitted or used; `apply` keeps the lock's generation. */
export function nextGeneration(state: DatabaseState, work: Permit["work"]): number {
  if (work === "apply") return state.lock.generation;
  return 1 + Math.max(highestGeneration(state.lock), state.verdict.permit?.generation ?? 0);
}
