import { canonicalJson, type Digest } from "../../../../src/crypto/digest.ts";
import { digestImportInputs, digestSeedInputs } from "../../../../src/digests/seed.ts";
import { highestGeneration } from "../../../../src/lock/advance-lock.ts";
import type { Lock, Seed } from "../../../../src/lock/lock.ts";
import { parseSeedResult, type Seeded, type SeedResult } from "../../../../src/lock/seed-result.ts";
import type { JudgedPermit } from "../../../../src/permit/judge-permit.ts";
import { digestOfReference } from "../../../../src/plan/digest-of-reference.ts";
import type { BaseSettings } from "../../../../src/settings/settings.ts";
import type { RunFacts } from "../../../hub/runs.ts";
import type { RunVerdict } from "../main-state.ts";

/** What a result must contain, computed by the bot from main as it is now. */
export interface ExpectedResult {
  repositoryId: string;
  run: Pick<RunFacts, "id" | "attempt" | "conclusion">;
  database: string;
  lock: Lock;
  verdict: JudgedPermit;
  /** The seed that the request on main describes. */
  seed: Seed;
  base: BaseSettings;
}

/** Judges whether a result may be written into the lock. The first valid result of a generation counts. */
export function judgeResult(text: string, expected: ExpectedResult): RunVerdict {
  const parsed = parseSeedResult(text);
  if (!parsed.ok) return refused(parsed.problems.map(({ what }) => what).join(" "));
  const result = parsed.value;
  const identity = findOtherIdentity(result, expected);
  if (identity !== null) return refused(identity);
  const conclusion = result.outcome === "seeded" ? "success" : "failure";
  if (result.outcome === "superseded") return { kind: "superseded" };
  if (expected.run.conclusion !== conclusion)
    return refused(`its result says ${result.outcome}, but the run ended as ${expected.run.conclusion}`);
  const other = findOtherPermit(result, expected);
  if (other !== null) return other;
  if (result.outcome !== "seeded") return { kind: "failed", result };
  const wrong = findWrongSeed(result, expected);
  return wrong === null ? { kind: "seeded", result } : refused(wrong);
}

function refused(why: string): RunVerdict {
  return { kind: "refused", why };
}

function findOtherIdentity(result: SeedResult, { repositoryId, run, database }: ExpectedResult): string | null {
  if (result.repositoryId !== repositoryId) return `its result is for repository ${result.repositoryId}`;
  if (result.run !== run.id) return `its result is for run ${result.run}`;
  if (result.attempt !== run.attempt) return `its result is for attempt ${result.attempt}, not ${run.attempt}`;
  return result.database === database ? null : `its result is for ${result.database}, the run for ${database}`;
}

/** A run whose permit was replaced meanwhile is not an attack: its result is simply not used. */
function findOtherPermit(result: SeedResult, { lock, verdict }: ExpectedResult): RunVerdict | null {
  if (result.approval !== verdict.digest)
    return { kind: "outdated", why: `it used the permit ${shorten(result.approval)}, but main has another one` };
  if (result.generation !== verdict.permit.generation)
    return refused(`its result has generation ${result.generation}, but the permit says ${verdict.permit.generation}`);
  if (result.generation <= highestGeneration(lock))
    return { kind: "outdated", why: `generation ${result.generation} is already in the lock` };
  return verdict.covers ? null : { kind: "outdated", why: "the request changed after its permit" };
}

function findWrongSeed(result: Seeded, { seed, base, lock, verdict }: ExpectedResult): string | null {
  if (canonicalJson(result.seed) !== canonicalJson(seed))
    return "its seed is not the one that the request on main describes";
  if (result.digests.seedInputs !== digestSeedInputs(seed)) return "its seed_inputs do not match the request on main";
  if (result.digests.importInputs !== digestImportInputs(seed))
    return "its import_inputs do not match the request on main";
  if (result.image.base !== digestOfReference(base.image))
    return `its base is ${result.image.base}, but the settings say ${digestOfReference(base.image)}`;
  if (result.image.platform !== base.platform)
    return `its platform is ${result.image.platform}, but the settings say ${base.platform}`;
  if (verdict.permit.work === "apply") return "its permit only allows applying changes, not seeding";
  if (verdict.permit.work === "image" && result.dumpSet.digest !== lock.dump_set?.digest)
    return "its permit only allows a new image from the same dump set, but it has another dump set";
  return null;
}

function shorten(digest: Digest): string {
  return digest.slice(0, "sha256:".length + 12);
}
