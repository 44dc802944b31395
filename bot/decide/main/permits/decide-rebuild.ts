import { digestImportInputs, digestSeedInputs, seedOf } from "../../../../src/digests/seed.ts";
import { baseOf } from "../../../../src/manifests/base-of.ts";
import { digestOfReference } from "../../../../src/plan/digest-of-reference.ts";
import type { JudgedPermit, PermitVerdict } from "../../../../src/permit/judge-permit.ts";
import type { DatabaseRequest } from "../../../../src/request/request.ts";
import type { Settings } from "../../../../src/settings/settings.ts";
import type { DatabaseState, MainState, MergeFacts } from "../main-state.ts";
import type { PermitDecision } from "./permit-decision.ts";
import { endedInVain } from "./ended-in-vain.ts";
import { findUnapprovedMerge } from "./judge-origin.ts";
import { makePermit } from "./make-permit.ts";

type Requested = DatabaseState & { request: DatabaseRequest };

/** What a settings change affects of a database that was seeded from its request: nothing, its base, or its data. */
export function findSettingsMove(db: Requested, settings: Settings): "none" | "base" | "data" {
  const { digests, image } = db.lock;
  if (!digests || !image) return "none";
  const seed = seedOf(db.request, settings, db.files);
  if (digestSeedInputs(seed) !== digests.seed_inputs) return "data";
  if (digestImportInputs(seed) !== digests.import_inputs) return "none";
  const base = baseOf({ request: db.request, settings });
  return digestOfReference(base.image) === image.base && base.platform === image.platform ? "none" : "base";
}

/** Whether the current permit lets the bot act on changed settings; a failed rebuild waits for a DBA or another change. */
export function mayRebuild(verdict: PermitVerdict): boolean {
  if (!verdict.covers) return false;
  const current = verdict.kind === "applied" || (verdict.kind === "used" && verdict.as === "seeded");
  return current || verdict.permit.cause === "rebuild";
}

/** Rebuilds the image from the same dump after the settings changed the base: the review of the settings permits that. */
export function decideRebuild(state: MainState, db: Requested, verdict: JudgedPermit): PermitDecision {
  if (!mayRebuild(verdict)) return { kind: "keep" };
  const move = findSettingsMove(db, state.settings);
  if (move === "none") return { kind: "keep" };
  if (move === "data") {
    if (endedInVain(verdict)) return { kind: "keep" };
    return {
      kind: "refuse",
      why: "The settings changed the base's profile: the data of this database would have to be exported again.",
      fix: "A DBA of the source starts *Run workflow* of provision.yml for this database.",
    };
  }
  return signRebuild(state, db, verdict);
}

function signRebuild(state: MainState, db: Requested, verdict: JudgedPermit): PermitDecision {
  const { base } = db.request.database;
  const origin = state.baseOrigins.get(base);
  if (origin === undefined) return { kind: "keep" };
  const merges = origin?.merges ?? [];
  const where = `\`bases.${base}\` in the settings`;
  const findFault = (one: MergeFacts) =>
    findUnapprovedMerge({ merge: one, appId: state.appId, differs: `${where} on main is not what was` });
  const merge = merges.find((one) => findFault(one) === null);
  if (merge === undefined) {
    const [newest] = merges;
    return {
      kind: "refuse",
      why: (newest && findFault(newest)) ?? `No merged pull request was found that brought the present ${where}.`,
      fix: "Change it back, then again, each in a reviewed pull request. Or a DBA of the source starts *Run workflow* of provision.yml for this database, which exports it again.",
    };
  }
  const evidence = { settings_pull: String(merge.pull.number) };
  const { permit } = verdict;
  if (endedInVain(verdict) && permit.cause === "rebuild" && permit.evidence.settings_pull === evidence.settings_pull)
    return { kind: "keep" };
  return { kind: "sign", permit: makePermit(state, db, { work: "image", cause: "rebuild", evidence }) };
}
