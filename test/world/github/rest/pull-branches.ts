import { noreply, type Account, type Pull, type State } from "../state.ts";
import { afterRefUpdate, disableAutoMerge, whyQueued } from "../pushes.ts";
import { judgeApprovals } from "../stale-reviews.ts";
import { may } from "../tokens.ts";
import { viewPull, viewSender } from "../views.ts";
import { ok, refuse, type Call, type Reply, type Rest } from "./rest.ts";

/** What people do to the branches of a pull request with a button: "Update branch", and another base. */
export function addPullBranchRoutes(rest: Rest): void {
  const { state } = rest;
  // docs.github.com, "Permissions required for GitHub Apps", has it under "Pull requests"; its description asks for the contents of the head's repository, too.
  rest.onRepository("PUT /pulls/:number/update-branch", {
    need: ["pull_requests", "write"],
    handle: async (call) => {
      const pull = state.pulls.find(({ number }) => number === Number(call.param("number")));
      if (pull === undefined) return refuse(404, "Not Found");
      const { actor } = call;
      if (may(actor, "contents", "write")) return updateBranch(state, pull, call);
      return refuse(403, actor.kind === "user" ? "Must have write access." : "Resource not accessible by integration");
    },
  });
}

/** GitHub answers at once and updates in the background: `branchUpdates.late` holds what is accepted back. */
async function updateBranch(state: State, pull: Pull, call: Call): Promise<Reply> {
  const base = (await state.git.resolve(`refs/heads/${pull.baseBranch}`))!;
  const expected = call.body["expected_head_sha"];
  if (expected !== undefined && expected !== pull.headSha)
    return refuse(422, "expected head sha didn’t match current head ref.");
  if (pull.state !== "open" || (await state.git.isAncestor(base, pull.headSha)))
    return refuse(422, "There are no new commits on the base branch.");
  const queued = whyQueued(state, `refs/heads/${pull.headBranch}`);
  if (queued !== null) return refuse(422, queued);
  const { account } = call.actor;
  const sha = await writeUpdate(state, pull, { by: account, base });
  if (sha === null) return refuse(422, "merge conflict between base and head");
  const denied = await whyNotWorkflows(state, call, { from: pull.headSha, to: sha });
  if (denied) return denied;
  const before = pull.headSha;
  const move = () => moveBranch(state, pull, { before, after: sha, by: account });
  if (state.branchUpdates.late) state.branchUpdates.waiting.push(move);
  else await move();
  return ok({ message: "Updating pull request branch.", url: "" }, 202);
}

interface Update {
  /** Whoever presses the button; GitHub commits it. */
  by: Account;
  base: string;
}

async function writeUpdate(state: State, pull: Pull, { by, base }: Update): Promise<string | null> {
  const tree = await state.git.mergeTree(pull.headSha, base);
  if (tree === null) return null;
  const date = state.now();
  return state.git.writeCommit({
    tree,
    parents: [pull.headSha, base],
    author: { ...noreply(by), date },
    committer: { name: "GitHub", email: "noreply@github.com", date },
    message: `Merge branch '${pull.baseBranch}' into ${pull.headBranch}`,
  });
}

async function moveBranch(
  state: State,
  pull: Pull,
  { before, after, by }: { before: string; after: string; by: Account },
): Promise<void> {
  const ref = `refs/heads/${pull.headBranch}`;
  // Whoever pushed meanwhile has won.
  if (await state.git.updateRef(ref, after, before)) await afterRefUpdate(state, { ref, before, after, actor: by });
}

/** An App without the permission `workflows` does not bring main's workflows into a branch: chdsbd/kodiak#853 has the status and the words. */
async function whyNotWorkflows(
  state: State,
  { actor }: Call,
  { from, to }: { from: string; to: string },
): Promise<Reply | null> {
  if (actor.kind === "user" || actor.permissions["workflows"] === "write") return null;
  const touched = (await state.git.diff(from, to)).find(({ path }) => path.startsWith(".github/workflows/"));
  if (touched === undefined) return null;
  const what = `create or update workflow ${touched.path} without workflows permission`;
  return refuse(403, `refusing to allow a GitHub App to ${what}`);
}

/** Another base: where the diff differs, approvals are stale. */
export async function retarget(state: State, pull: Pull, call: Call): Promise<Reply> {
  const branch = String(call.body["base"]);
  const base = await state.git.resolve(`refs/heads/${branch}`);
  if (base === null)
    return refuse(422, "Validation Failed", [{ resource: "PullRequest", field: "base", code: "invalid" }]);
  const before = { ...pull };
  Object.assign(pull, { baseBranch: branch, baseSha: base });
  disableAutoMerge(state, pull, { by: call.actor.account, reason: "Base branch was changed" });
  await judgeApprovals(state, pull, { by: call.actor.account, from: before.baseBranch });
  state.webhooks.send("pull_request", {
    action: "edited",
    number: pull.number,
    changes: { base: { ref: { from: before.baseBranch }, sha: { from: before.baseSha } } },
    pull_request: viewPull(state, pull),
    ...viewSender(state, call.actor.account),
  });
  return ok(viewPull(state, pull));
}
