import { NAMES } from "../layout/database-folder.ts";
import { wholeOf } from "../manifests/quantity.ts";
import type { Change } from "./plan.ts";
import type { PlanState, WantedState } from "./plan-state.ts";

/** Changes that an existing database cannot take: each needs a new database in its place. */
export function findRefusals(before: PlanState, after: WantedState): Change[] {
  const refusals: Change[] = [];
  const refuse = (field: string, from: unknown, to: unknown): void => {
    if (from !== to) refusals.push({ kind: "refuse", object: NAMES.request, field, from, to });
  };
  const had = before.request;
  if (had !== null) {
    refuse("placement.cluster", had.placement.cluster, after.request.placement.cluster);
    refuse("placement.project", had.placement.project, after.request.placement.project);
    const [past, now] = [had.database.storage.size, after.request.database.storage.size];
    if (wholeOf(now) < wholeOf(past)) refuse("database.storage.size", past, now);
  }
  // The volume contains a database that only the same kind of image can start.
  const profile = after.lock.seed?.target.profile;
  if (profile !== undefined && profile !== after.seed.target.profile)
    refuse(
      "database.base",
      describe(profile, had?.database.base),
      describe(after.seed.target.profile, after.request.database.base),
    );
  return refusals;
}

function describe(profile: string, base: string | undefined): string {
  return base === undefined || base === profile ? profile : `${base} (${profile})`;
}
