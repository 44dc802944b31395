import type { State } from "./state.ts";

/** Merges whatever reviews, checks and branches allow now, through the queue and where somebody has enabled auto-merge. */
export async function mergeWhatIsDue(state: State): Promise<void> {
  await state.queue.refresh();
  await state.autoMerges.refresh();
}
