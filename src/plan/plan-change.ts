import { compareDigests } from "../digests/compare-digests.ts";
import { digestOfJson } from "../crypto/digest.ts";
import { digestImportInputs, digestSeedInputs } from "../digests/seed.ts";
import { baseOf } from "../manifests/base-of.ts";
import { readObjects } from "../manifests/read-objects.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { compareText } from "../text/order.ts";
import { findRefusals } from "./find-refusals.ts";
import { findRisks } from "./find-risks.ts";
import { listManifestChanges } from "./list-manifest-changes.ts";
import { listSeedChanges } from "./list-seed-changes.ts";
import { digestOfReference } from "./digest-of-reference.ts";
import type { PlanState, WantedState } from "./plan-state.ts";
import type { Change, Plan } from "./plan.ts";
import type { Work } from "../digests/work.ts";

export interface PlanInput {
  database: string;
  before: PlanState;
  after: PlanState;
  /** The statements that the export stage would run on the source. */
  statements: string[];
}

/** The work that leads from one state to the other. A plan with a refusal writes and runs nothing. */
export function planChange(input: PlanInput): Plan {
  const { database, before, after } = input;
  if (after.request === null || after.seed === null) return planRetirement(database, before);
  const state: WantedState = { ...after, request: after.request, seed: after.seed };
  const refusals = findRefusals(before, state);
  const files = changedFiles(before.files, after.files);
  const work = refusals.length > 0 ? "none" : leastWork(input, state);
  const changes = refusals.length > 0 ? refusals : listChanges(before, state, work);
  return {
    database,
    changes,
    work,
    restart: changes.some((change) => change.kind === "restart"),
    risks: findRisks({ database, before, after: state, work, refusals }),
    statements: work === "export" ? input.statements : [],
    files: refusals.length > 0 ? [] : files,
    removes: refusals.length > 0 ? [] : removedFiles(before.files, after.files),
  };
}

function listChanges(before: PlanState, state: WantedState, work: Work): Change[] {
  const changes = [...listSeedChanges(state, work), ...listManifestChanges(before.files, state.files)];
  return changes.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

const order: Change["kind"][] = ["refuse", "retire", "create", "export", "image", "import", "grow", "restart", "apply"];

function leastWork({ before, after }: PlanInput, { lock, seed, ...state }: WantedState): Work {
  const base = baseOf(state);
  return compareDigests(lock, {
    seed_inputs: digestSeedInputs(seed),
    import_inputs: digestImportInputs(seed),
    runtime: { base: digestOfReference(base.image), platform: base.platform },
    apply_inputs: digestOfJson(listMeanings(after.files)),
    applied: digestOfJson(listMeanings(before.files)),
  });
}

function planRetirement(database: string, before: PlanState): Plan {
  const had = before.request !== null || before.files.length > 0;
  const from = before.lock.generation === 0 ? "never seeded" : `generation ${before.lock.generation}`;
  return {
    database,
    changes: had ? [{ kind: "retire", object: `database ${database}`, field: "", from, to: null }] : [],
    work: "none",
    restart: false,
    risks: [],
    statements: [],
    files: [],
    removes: before.files.map((file) => file.path).toSorted(),
  };
}

function changedFiles(before: RenderedFile[], after: RenderedFile[]): RenderedFile[] {
  const had = new Map(before.map((file) => [file.path, file.text]));
  return after.filter((file) => had.get(file.path) !== file.text);
}

function removedFiles(before: RenderedFile[], after: RenderedFile[]): string[] {
  const kept = new Set(after.map((file) => file.path));
  return before.map((file) => file.path).filter((path) => !kept.has(path));
}

/** What the files say to the cluster: a comment, such as the one with the digest of the request's files, says nothing. */
function listMeanings(files: RenderedFile[]): unknown[] {
  return [...readObjects(files)].toSorted(([a], [b]) => compareText(a, b));
}
