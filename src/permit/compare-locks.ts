import { canonicalJson } from "../crypto/digest.ts";
import { wholeOf } from "../document/quantity.ts";
import type { Lock, LockedVolume } from "../lock/lock.ts";
import { digestImportInputs, digestSeedInputs } from "../digests/seed.ts";
import { highestGeneration } from "../lock/advance-lock.ts";

/** Forbidden changes between two consecutive locks of one database; `before` is null for the first. */
export function compareLocks(before: Lock | null, after: Lock): string[] {
  return [...checkDigests(after), ...checkAlone(after), ...(before === null ? [] : checkStep(before, after))];
}

/** The seed and the digests must match, because the import is rendered from the seed and the export was decided by the digests. */
function checkDigests({ digests, seed }: Lock): string[] {
  if (digests === undefined || seed === undefined) return [];
  const wrong = [
    ...(digestSeedInputs(seed) === digests.seed_inputs ? [] : ["seed_inputs"]),
    ...(digestImportInputs(seed) === digests.import_inputs ? [] : ["import_inputs"]),
  ];
  return wrong.map((name) => `${name} is not the digest of the lock's seed`);
}

function checkAlone(lock: Lock): string[] {
  const attempt = lock.last_attempt;
  if (attempt?.outcome !== "seeded") {
    const failedAt = attempt?.generation ?? 0;
    return attempt !== undefined && failedAt <= lock.generation
      ? [`the lock has a failure of generation ${failedAt} and a success of generation ${lock.generation}`]
      : [];
  }
  if (attempt.generation === lock.generation && attempt.approval === lock.approval) return [];
  return [
    `the last attempt succeeded with generation ${attempt.generation}, but the lock has generation ${lock.generation} or a different approval`,
  ];
}

function checkStep(before: Lock, after: Lock): string[] {
  const [past, now] = [highestGeneration(before), highestGeneration(after)];
  if (after.generation < before.generation)
    return [`the generation decreases from ${before.generation} to ${after.generation}`];
  if (now < past) return [`the generation of the last attempt decreases from ${past} to ${now}`];
  const found = [
    ...(after.reset < before.reset ? [`reset decreases from ${before.reset} to ${after.reset}`] : []),
    ...checkVolume(before.volume, after.volume),
  ];
  if (now === past && differs(before, after, ["reset", "volume"])) found.push("the lock changed without a new attempt");
  const seeded = after.generation > before.generation;
  if (now > past && !seeded && differs(before, after, ["reset", "last_attempt"]))
    found.push("a failure changed more of the lock than the last attempt");
  return found;
}

/** A volume only grows; the first lock that names it may say anything. */
function checkVolume(before: LockedVolume | undefined, after: LockedVolume | undefined): string[] {
  if (before === undefined) return [];
  if (after === undefined) return ["the lock no longer says what the volume is"];
  const kept = before.class === after.class && before.access_mode === after.access_mode;
  const shrinks = wholeOf(after.size) < wholeOf(before.size);
  return [
    ...(kept ? [] : ["the class or the access mode of the volume changes"]),
    ...(shrinks ? [`the volume shrinks from ${before.size} to ${after.size}`] : []),
  ];
}

function differs(before: Lock, after: Lock, except: (keyof Lock)[]): boolean {
  const rest = (lock: Lock): string =>
    canonicalJson(Object.fromEntries(Object.entries(lock).filter(([key]) => !except.includes(key as keyof Lock))));
  return rest(before) !== rest(after);
}
