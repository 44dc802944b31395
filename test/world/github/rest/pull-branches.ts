import { noreply, type Pull, type State } from "../state.ts";
import { afterRefUpdate, dismissStale } from "../pushes.ts";
import { viewPull, viewSender } from "../views.ts";
import { ok, refuse, type Call, type Reply, type Rest } from "./rest.ts";

/** What people do to the branches of a pull request with a button: "Update branch", and another base. */
export function addPullBranchRoutes(rest: Rest): void {
  const { state } = rest;
  rest.onRepository("PUT /pulls/:number/update-branch", {
    need: ["contents", "write"],
    handle: async (call) => {
      const pull = state.pulls.find(({ number }) => number === Number(call.param("number")));
      return pull ? await updateBranch(state, pull, call) : refuse(404, "Not Found");
    },
  });
}

/** The base is merged into the branch in the name of whoever presses the button; GitHub commits it. */
async function updateBranch(state: State, pull: Pull, call: Call): Promise<Reply> {
  const base = (await state.git.resolve(`refs/heads/${pull.baseBranch}`))!;
  if (await state.git.isAncestor(base, pull.headSha))
    return refuse(422, "There are no new commits on the base branch.");
  const tree = await state.git.mergeTree(pull.headSha, base);
  if (tree === null) return refuse(422, "merge conflict between base and head");
  const { account } = call.actor;
  const date = state.now();
  const sha = await state.git.writeCommit({
    tree,
    parents: [pull.headSha, base],
    author: { ...noreply(account), date },
    committer: { name: "GitHub", email: "noreply@github.com", date },
    message: `Merge branch '${pull.baseBranch}' into ${pull.headBranch}`,
  });
  const [ref, before] = [`refs/heads/${pull.headBranch}`, pull.headSha];
  await state.git.updateRef(ref, sha, before);
  await afterRefUpdate(state, { ref, before, after: sha, actor: account });
  return ok({ message: "Updating pull request branch.", url: "" }, 202);
}

/** Another base: where the diff differs, approvals are stale. */
export async function retarget(state: State, pull: Pull, call: Call): Promise<Reply> {
  const branch = String(call.body["base"]);
  const base = await state.git.resolve(`refs/heads/${branch}`);
  if (base === null)
    return refuse(422, "Validation Failed", [{ resource: "PullRequest", field: "base", code: "invalid" }]);
  const before = { ...pull };
  Object.assign(pull, { baseBranch: branch, baseSha: base });
  await dismissStale(state, { before, pull, actor: call.actor.account });
  state.webhooks.send("pull_request", {
    action: "edited",
    number: pull.number,
    changes: { base: { ref: { from: before.baseBranch }, sha: { from: before.baseSha } } },
    pull_request: viewPull(state, pull),
    ...viewSender(state, call.actor.account),
  });
  return ok(viewPull(state, pull));
}
