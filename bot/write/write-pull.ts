import { SeedbedError } from "../../src/problem/error.ts";
import { ENVIRONMENTS } from "../../src/layout/repository.ts";
import type { Hub } from "../hub/hub.ts";
import type { BranchChange } from "../hub/git.ts";
import type { Adoption } from "../decide/pull/adopt.ts";
import type { PullState } from "../decide/pull/pull-state.ts";
import { isWritten, type PullOutputs } from "../decide/pull/decide-pull.ts";
import { findSticky } from "../decide/pull/sticky.ts";

/** `again` if something was written that requires another reconciliation. */
export type Written = "done" | "again";

/** Writes the outputs that differ from what is already on GitHub. */
export async function writePull(hub: Hub, state: PullState, outputs: PullOutputs): Promise<Written> {
  // A new head needs new checks; checks on the old one would be useless.
  const refusal = outputs.commit === null ? null : await push(hub, outputs.commit);
  if (refusal === "again") return "again";
  for (const check of outputs.checks) if (!isWritten(state, check)) await hub.checks.write(state.pull.head.sha, check);
  // After the checks, which every pull request gets, also one whose adoption is refused; before the comment, which records it.
  if (outputs.adopt !== null && (await adopt(hub, state, outputs.adopt)) === "moved") return "again";
  await writeComment(hub, state, outputs.comment);
  if (outputs.update) await update(hub, state);
  if (outputs.requestTeams.length > 0) await hub.pulls.requestTeams(state.pull.number, outputs.requestTeams);
  if (refusal !== null) throw refusal;
  return "done";
}

/** Returns a refusal instead of throwing it, so that the head gets its checks even if the branch's rules forbid the push. */
async function push(hub: Hub, commit: BranchChange): Promise<"again" | SeedbedError> {
  try {
    // Whether the commit was made or the branch has moved: there is another head to check.
    await hub.git.commitFiles(commit);
    return "again";
  } catch (error) {
    if (error instanceof SeedbedError && error.code === "github-refused") return error;
    throw error;
  }
}

async function writeComment(hub: Hub, state: PullState, body: string | null): Promise<void> {
  if (body === null) return;
  const there = findSticky(state.comments, state);
  if (there === null) await hub.pulls.writeComment(state.pull.number, body);
  else if (there.body.trim() !== body.trim()) await hub.pulls.updateComment(there.id, body);
}

/** GitHub merges after its answer, and says so with a webhook. A conflict, or workflows of main's, are for people to solve. */
async function update(hub: Hub, { pull }: PullState): Promise<void> {
  try {
    await hub.pulls.updateBranch(pull.number, pull.head.sha);
  } catch (error) {
    if (!(error instanceof SeedbedError && error.code === "github-refused")) throw error;
  }
}

/** Creates the branch at main if it is missing, then commits on top of its head. */
async function adopt(hub: Hub, state: PullState, { change }: Adoption): Promise<"done" | "moved"> {
  await hub.git.createBranch(change.branch, state.settings.commit);
  const expectedHead = await hub.git.head(change.branch);
  if (expectedHead === null) return "moved";
  const there = new Set((await (await hub.git.treeAt(expectedHead)).entries(ENVIRONMENTS)).map(({ path }) => path));
  const remove = change.remove.filter((path) => there.has(path));
  return (await hub.git.commitFiles({ ...change, remove, expectedHead })) === "moved" ? "moved" : "done";
}
