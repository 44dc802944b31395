import { mergePull } from "../merge.ts";
import { mergeState } from "../rules.ts";
import { diffDigest } from "../stale-reviews.ts";
import { viewCommit } from "./commits.ts";
import { retarget } from "./pull-branches.ts";
import { viewPull, viewShortPull, viewReview, viewSender } from "../views.ts";
import type { MergeMethod, Pull, Review, State } from "../state.ts";
import { ok, page, refuse, text, type Call, type Reply, type Rest } from "./rest.ts";

/** Pull requests, their files, commits, reviews and merges. */
export function addPullRoutes(rest: Rest): void {
  const { state } = rest;
  const read = ["pull_requests", "read"] as ["pull_requests", "read"];
  const write = ["pull_requests", "write"] as ["pull_requests", "write"];
  const withPull = (handle: (pull: Pull, call: Call) => Reply | Promise<Reply>) => (call: Call) => {
    const pull = state.pulls.find(({ number }) => number === Number(call.param("number")));
    return pull ? handle(pull, call) : refuse(404, "Not Found");
  };
  rest.onRepository("GET /pulls", { need: read, handle: (call) => listPulls(state, call) });
  rest.onRepository("POST /pulls", { need: write, handle: (call) => openPull(state, call) });
  rest.onRepository("GET /pulls/:number", { need: read, handle: withPull((pull) => readPull(state, pull)) });
  rest.onRepository("PATCH /pulls/:number", {
    need: write,
    handle: withPull((pull, call) => changePull(state, pull, call)),
  });
  rest.onRepository("GET /pulls/:number/files", {
    need: read,
    handle: withPull((pull, call) => listFiles(state, pull, call)),
  });
  rest.onRepository("GET /pulls/:number/commits", {
    need: read,
    handle: withPull((pull, call) => listCommits(state, pull, call)),
  });
  rest.onRepository("GET /pulls/:number/reviews", {
    need: read,
    handle: withPull((pull, call) =>
      page(
        call,
        state.reviews.filter((review) => review.pull === pull.number).map((review) => viewReview(review, "rest")),
      ),
    ),
  });
  rest.onRepository("POST /pulls/:number/reviews", {
    need: write,
    handle: withPull((pull, call) => submitReview(state, pull, call)),
  });
  rest.onRepository("PUT /pulls/:number/reviews/:review/dismissals", {
    need: write,
    handle: withPull((pull, call) => dismiss(state, pull, call)),
  });
  rest.onRepository("POST /pulls/:number/requested_reviewers", {
    need: write,
    handle: withPull((pull, call) => {
      const teams = (call.body["team_reviewers"] ?? []) as string[];
      const unknown = teams.find((team) => !state.teams.has(team));
      if (unknown) return refuse(422, `Could not resolve to a node with the global id of '${unknown}'.`);
      pull.requestedTeams = [...new Set([...pull.requestedTeams, ...teams])];
      return ok(viewShortPull(state, pull), 201);
    }),
  });
  rest.onRepository("PUT /pulls/:number/merge", {
    need: ["contents", "write"],
    handle: withPull(async (pull, call) => {
      const method = text(call, "merge_method", "merge") as MergeMethod;
      const outcome = await mergePull(state, {
        pull,
        method,
        sha: call.body["sha"] as string | undefined,
        by: call.actor.account,
      });
      return outcome.merged
        ? ok({ sha: outcome.sha, merged: true, message: "Pull Request successfully merged" })
        : refuse(outcome.status, outcome.message);
    }),
  });
}

function listPulls(state: State, call: Call): Reply {
  const wanted = call.query("state") ?? "open";
  const head = call.query("head")?.split(":").at(-1);
  const found = state.pulls.filter(
    (pull) => (wanted === "all" || pull.state === wanted) && (head === undefined || pull.headBranch === head),
  );
  return page(
    call,
    [...found].reverse().map((pull) => viewShortPull(state, pull)),
  );
}

/** To look is what makes GitHub test the merge. */
async function readPull(state: State, pull: Pull): Promise<Reply> {
  const mergeable = await state.mergeTests.read(pull);
  const mergeable_state = await mergeState(state, pull, mergeable);
  return ok({ ...viewPull(state, pull), mergeable, mergeable_state });
}

async function openPull(state: State, call: Call): Promise<Reply> {
  const [headBranch, baseBranch] = [text(call, "head").split(":").at(-1)!, text(call, "base")];
  const [headSha, base] = [
    await state.git.resolve(`refs/heads/${headBranch}`),
    await state.git.resolve(`refs/heads/${baseBranch}`),
  ];
  if (headSha === null || base === null)
    return refuse(422, "Validation Failed", [
      { resource: "PullRequest", field: headSha ? "base" : "head", code: "invalid" },
    ]);
  if (
    state.pulls.some(
      (pull) => pull.state === "open" && pull.headBranch === headBranch && pull.baseBranch === baseBranch,
    )
  )
    return refuse(422, "Validation Failed", [
      { message: `A pull request already exists for ${state.owner}:${headBranch}.` },
    ]);
  const mergeBase = await state.git.mergeBase(base, headSha);
  if (mergeBase === headSha)
    return refuse(422, "Validation Failed", [{ message: `No commits between ${baseBranch} and ${headBranch}` }]);
  if (mergeBase === null)
    return refuse(422, "Validation Failed", [
      { message: `The ${headBranch} branch has no history in common with ${baseBranch}` },
    ]);
  const author = call.actor.account;
  const fork = call.actor.kind === "user" && call.actor.role === "read";
  const pull: Pull = {
    number: state.nextNumber(),
    title: text(call, "title"),
    body: text(call, "body"),
    state: "open",
    draft: call.body["draft"] === true,
    author,
    headBranch,
    headRepositoryId: fork ? state.repositoryId + 1 : state.repositoryId,
    baseBranch,
    headSha,
    baseSha: base,
    lastPusher: state.activity.findLast(({ ref }) => ref === `refs/heads/${headBranch}`)?.actor ?? author,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    tested: null,
    testMergeCommit: null,
    autoMerge: null,
    createdAt: state.now(),
    requestedTeams: [],
  };
  state.pulls.push(pull);
  state.webhooks.send("pull_request", {
    action: "opened",
    number: pull.number,
    pull_request: viewPull(state, pull),
    ...viewSender(state, author),
  });
  return ok({ ...viewPull(state, pull), mergeable: null, mergeable_state: "unknown" }, 201);
}

async function changePull(state: State, pull: Pull, call: Call): Promise<Reply> {
  const wanted = call.body["state"];
  if (wanted === "open" && pull.mergedAt !== null) return refuse(422, "Cannot reopen a merged pull request.");
  if ((wanted === "closed" || wanted === "open") && pull.state !== wanted) {
    pull.state = wanted;
    if (wanted === "closed") state.autoMerges.disable(pull, call.actor.account, "Pull request was closed");
    state.webhooks.send("pull_request", {
      action: wanted === "closed" ? "closed" : "reopened",
      number: pull.number,
      pull_request: viewPull(state, pull),
      ...viewSender(state, call.actor.account),
    });
  }
  await state.queue.refresh();
  if (typeof call.body["base"] === "string") return retarget(state, pull, call);
  if (typeof call.body["title"] === "string") pull.title = call.body["title"];
  return readPull(state, pull);
}

/** "Responses include a maximum of 3000 files" (docs.github.com, List pull requests files). */
const MOST_FILES = 3000;

async function listFiles(state: State, pull: Pull, call: Call): Promise<Reply> {
  const base =
    pull.mergedAt === null
      ? ((await state.git.resolve(`refs/heads/${pull.baseBranch}`)) ?? pull.baseSha)
      : pull.baseSha;
  const from = (await state.git.mergeBase(base, pull.headSha)) ?? base;
  const files = (await state.git.diff(from, pull.headSha)).slice(0, MOST_FILES);
  return page(
    call,
    files.map(({ path, status, previous }) => ({
      sha: null,
      filename: path,
      status,
      ...(previous ? { previous_filename: previous } : {}),
      additions: 0,
      deletions: 0,
      changes: 0,
    })),
  );
}

async function listCommits(state: State, pull: Pull, call: Call): Promise<Reply> {
  const shas = (await state.git.listCommits(pull.headSha, { without: [pull.baseSha] })).reverse();
  const reply = page(call, shas.slice(0, 250));
  return { ...reply, json: await Promise.all((reply.json as string[]).map((sha) => viewCommit(state, sha))) };
}

const STATES: Record<string, Review["state"]> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

async function submitReview(state: State, pull: Pull, call: Call): Promise<Reply> {
  const event = STATES[text(call, "event")];
  const user = call.actor.account;
  if (event === undefined) return refuse(422, "Validation Failed");
  if (user.id === pull.author.id && event !== "COMMENTED")
    return refuse(422, "Unprocessable Entity", [
      event === "APPROVED"
        ? "Can not approve your own pull request"
        : "Can not request changes on your own pull request",
    ]);
  const commit = text(call, "commit_id", pull.headSha);
  const review: Review = {
    id: state.nextId(),
    pull: pull.number,
    user,
    body: text(call, "body"),
    state: event,
    commit,
    diff: await diffDigest(state, pull),
    submittedAt: state.now(),
  };
  state.reviews.push(review);
  state.webhooks.send("pull_request_review", {
    action: "submitted",
    review: viewReview(review, "webhook"),
    pull_request: viewShortPull(state, pull),
    ...viewSender(state, user),
  });
  await state.autoMerges.refresh();
  return ok(viewReview(review, "rest"));
}

async function dismiss(state: State, pull: Pull, call: Call): Promise<Reply> {
  const review = state.reviews.find(({ id }) => id === Number(call.param("review")));
  if (!review || review.state === "COMMENTED") return refuse(422, "Can not dismiss a commented pull request review");
  review.state = "DISMISSED";
  state.webhooks.send("pull_request_review", {
    action: "dismissed",
    review: viewReview(review, "webhook"),
    pull_request: viewShortPull(state, pull),
    ...viewSender(state, call.actor.account),
  });
  await state.autoMerges.refresh();
  return ok(viewReview(review, "rest"));
}
