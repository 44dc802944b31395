import { seedOf } from "../digests/seed.ts";
import { describeExport } from "../export/describe-export.ts";
import { planChange } from "../plan/plan-change.ts";
import type { PlanState } from "../plan/plan-state.ts";
import type { Plan } from "../plan/plan.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Settings } from "../settings/settings.ts";
import type { LoadedDatabase } from "./load.ts";
import { renderDatabase } from "./render.ts";

export interface PlanQuestion {
  settings: Settings;
  /** The current state; null when the database does not exist yet. */
  before: LoadedDatabase | null;
  after: LoadedDatabase;
  /** The current manifests. */
  there: RenderedFile[];
}

/** Computes what a request will cause. Connects to nothing and writes nothing. */
export function planDatabase({ settings, before, after, there }: PlanQuestion): Plan {
  const { request, lock } = before ?? { ...after, request: null };
  // What the data was is in the lock; the settings that stood then are not these.
  const then: PlanState = { request, lock, settings, files: there, seed: null };
  const now = stateOf(after, settings, rendered(after, settings));
  const statements = now.seed === null ? [] : describeExport(now.seed);
  return planChange({ database: after.database, before: then, after: now, statements });
}

function rendered(loaded: LoadedDatabase, settings: Settings): RenderedFile[] {
  return loaded.request === null ? [] : renderDatabase({ ...loaded, request: loaded.request, settings });
}

function stateOf(loaded: LoadedDatabase, settings: Settings, files: RenderedFile[]): PlanState {
  const { request, lock } = loaded;
  return { request, lock, settings, files, seed: request && seedOf(request, settings, loaded.files) };
}
