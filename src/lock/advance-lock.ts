import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { Lock, LockedVolume } from "./lock.ts";
import type { Failed, Seeded } from "./seed-result.ts";

/** The lock of a database that was never seeded. */
export function emptyLock(database: string): Lock {
  return { version: 1, database, generation: 0, approval: null, reset: 0 };
}

/** The highest generation in a lock, of successes and failures. */
export function highestGeneration(lock: Lock): number {
  return Math.max(lock.generation, lock.last_attempt?.generation ?? 0);
}

/** What a lock records of a success, from the command line or from a run. */
export type SeedFacts = Pick<Seeded, "database" | "run" | "generation" | "digests" | "seed" | "dumpSet" | "image">;

export interface Attempted<Result> {
  result: Result;
  /** Digest of the approval.yaml that was used; null where the settings require none. */
  approval: Digest | null;
  /** When the lock is written, UTC with `Z`. */
  at: string;
}

/** What the settings and the request say, and never the result: the image's name, and the volume. */
export interface Placed {
  repository: string;
  volume: LockedVolume;
}

/** The lock after a success. */
export function lockAfterSeed(lock: Lock, attempt: Attempted<SeedFacts> & Placed): Lock {
  const { result, approval, at } = attempt;
  refuseOther(lock, result);
  return {
    version: 1,
    database: lock.database,
    generation: result.generation,
    last_attempt: { generation: result.generation, approval, outcome: "seeded", at, run: result.run },
    approval,
    digests: {
      seed_inputs: result.digests.seedInputs,
      import_inputs: result.digests.importInputs,
      runtime: result.digests.runtime,
    },
    seed: result.seed,
    dump_set: result.dumpSet,
    image: { repository: attempt.repository, ...result.image },
    volume: attempt.volume,
    // Kept, not reset to 0: it is part of the import key, so a different value would import the same dump again.
    reset: lock.reset,
  };
}

/**
 * The lock after a failure: only `last_attempt` changes, everything that was seeded before is kept. A run whose permit was
 * replaced while it ran does not count as an attempt and changes nothing.
 */
export function lockAfterFailure(lock: Lock, attempt: Attempted<Failed>): Lock {
  const { result, approval, at } = attempt;
  if (result.outcome === "superseded") return lock;
  refuseOther(lock, result);
  const { generation, run, stage, code } = result;
  return {
    ...lock,
    last_attempt: { generation, approval, outcome: "failed", stage, code, error: result.text, at, run },
  };
}

function refuseOther(lock: Lock, result: Pick<Seeded, "database" | "run" | "generation">): void {
  if (result.database !== lock.database)
    throw new SeedbedError(
      "lock-other-database",
      `The result of run ${result.run} is for ${result.database}, but the lock is for ${lock.database}.`,
      { fix: "Use the result and the lock of the same database." },
    );
  const highest = highestGeneration(lock);
  if (result.generation > highest) return;
  throw new SeedbedError(
    "lock-generation-falls",
    `The result of run ${result.run} has generation ${result.generation}; the lock of ${lock.database} is already at ${highest}.`,
    {
      fix: "Leave the lock unchanged: only the first valid result of a generation counts. Seed again with a new permit.",
    },
  );
}
