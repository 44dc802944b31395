import type { ChangedFile, HubPulls, PullFacts, PushFacts, ReviewFacts } from "../pulls.ts";
import { asRequestError } from "../../../src/github/failure.ts";
import { asRefusal, writeOnce, type Calls } from "./calls.ts";
import { createHubComments } from "./comments.ts";
import { viewCommit, viewPerson } from "./git.ts";
import { viewTime, viewTimeOrNull } from "./times.ts";

interface PullView {
  number: number;
  updated_at: string;
  state: string;
  merged_at: string | null;
  merge_commit_sha: string | null;
  draft?: boolean | undefined;
  mergeable?: boolean | null;
  auto_merge?: object | null;
  user: unknown;
  head: { sha: string; ref: string; repo: { id: number | bigint } | null };
  base: { sha: string; ref: string };
  requested_teams?: { slug: string }[] | null | undefined;
  requested_reviewers?: unknown[] | null | undefined;
}

/** Pull requests, their reviews and comments through the REST API. */
export function createHubPulls(calls: Calls): HubPulls {
  return {
    ...readPulls(calls),
    ...createHubComments(calls),
    ...readActivity(calls),
    requestTeams: (number, teams) => requestTeams(calls, number, teams),
    updateBranch: (number, head) => updateBranch(calls, number, head),
  };
}

type Reads = Pick<HubPulls, "open" | "get" | "files" | "commits" | "reviews" | "ofCommit">;

function readPulls({ octokit, at }: Calls): Reads {
  const of = (pull_number: number) => ({ ...at, pull_number, per_page: 100 });
  return {
    open: async () =>
      (await octokit.paginate("GET /repos/{owner}/{repo}/pulls", { ...at, state: "open", per_page: 100 })).map(
        viewPull,
      ),
    get: async (pull_number) =>
      viewPull((await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number })).data),
    files: async (number) =>
      (await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", of(number))).flatMap(viewFile),
    commits: async (number) =>
      (await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", of(number))).map(viewCommit),
    reviews: async (number) =>
      (await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", of(number))).map(viewReview),
    ofCommit: async (sha) =>
      (
        await octokit.paginate("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
          ...at,
          commit_sha: sha,
          per_page: 100,
        })
      ).map(viewPull),
  };
}

function readActivity({ octokit, at }: Calls): Pick<HubPulls, "pushes" | "pushesSince"> {
  return {
    pushes: async (branch) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/activity", activityOf(at, branch));
      return data.map(viewPush);
    },
    pushesSince: async (branch, since) => {
      const found: PushFacts[] = [];
      const path = "GET /repos/{owner}/{repo}/activity";
      for await (const { data } of octokit.paginate.iterator(path, activityOf(at, branch))) {
        found.push(...data.map(viewPush));
        if (Date.parse(found.at(-1)?.at ?? "") < since) break;
      }
      return found.filter((push) => Date.parse(push.at) >= since);
    },
  };
}

interface FileView {
  filename: string;
  status: string;
  previous_filename?: string | undefined;
}

/** GitHub joins a removed and an added file of like content to one that is renamed: for us they are two again. */
function viewFile({ filename, status, previous_filename: previous }: FileView): ChangedFile[] {
  if (status !== "renamed" || previous === undefined) return [{ path: filename, status }];
  return [
    { path: previous, status: "removed" },
    { path: filename, status: "added" },
  ];
}

interface PushView {
  id: number;
  timestamp: string;
  before: string;
  after: string;
  activity_type: string;
  actor: unknown;
}

function viewPush(row: PushView): PushFacts {
  return {
    id: String(row.id),
    at: viewTime(row.timestamp),
    before: row.before,
    after: row.after,
    kind: row.activity_type,
    actor: viewPerson(row.actor),
  };
}

function activityOf(at: Calls["at"], branch: string) {
  return { ...at, ref: `refs/heads/${branch}`, per_page: 100 };
}

function viewPull(pull: PullView): PullFacts {
  return {
    number: pull.number,
    updatedAt: pull.updated_at,
    state: pull.state === "open" ? "open" : "closed",
    merged: pull.merged_at !== null,
    mergedAt: viewTimeOrNull(pull.merged_at),
    mergeCommit: pull.merged_at === null ? null : pull.merge_commit_sha,
    draft: pull.draft === true,
    mergeable: pull.mergeable ?? null,
    testMerge: pull.merged_at === null ? pull.merge_commit_sha : null,
    autoMerge: (pull.auto_merge ?? null) !== null,
    // A deleted account becomes GitHub's "ghost".
    author: viewPerson(pull.user) ?? { id: "10137", login: "ghost", type: "User" },
    head: { sha: pull.head.sha, branch: pull.head.ref, repositoryId: pull.head.repo && String(pull.head.repo.id) },
    base: { sha: pull.base.sha, branch: pull.base.ref },
    requestedTeams: (pull.requested_teams ?? []).map(({ slug }) => slug),
    requestedUsers: (pull.requested_reviewers ?? []).flatMap((user) => viewPerson(user)?.login ?? []),
  };
}

interface ReviewView {
  id: number;
  user: unknown;
  state: string;
  commit_id: string | null;
  submitted_at?: string;
}

function viewReview(review: ReviewView): ReviewFacts {
  return {
    id: String(review.id),
    user: viewPerson(review.user),
    state: review.state.toUpperCase() as ReviewFacts["state"],
    commit: review.commit_id,
    // A review that is not submitted yet has none.
    submittedAt: review.submitted_at === undefined ? "" : viewTime(review.submitted_at),
  };
}

/** Teams of another organization, and teams that may not read the repository, cannot be requested: GitHub answers 422. */
async function requestTeams(calls: Calls, pull_number: number, teams: string[]): Promise<void> {
  const ours = teams.map((team) => team.split("/")).filter(([organization]) => isSame(organization, calls.at.owner));
  for (const [, slug = ""] of ours) await requestTeam(calls, pull_number, slug);
}

async function requestTeam(calls: Calls, pull_number: number, slug: string): Promise<void> {
  const path = "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";
  try {
    await writeOnce(calls, {
      write: () => calls.octokit.request(path, { ...calls.at, pull_number, team_reviewers: [slug] }),
      find: () => Promise.resolve(null),
    });
  } catch (error) {
    if (asRequestError(error)?.status !== 422) throw error;
  }
}

function isSame(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

/** GitHub answers 422 both for another head and for a conflict, and does the rest after its answer. */
async function updateBranch(calls: Calls, pull_number: number, head: string): Promise<"updated" | "moved"> {
  const { octokit, at } = calls;
  const path = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch";
  try {
    await octokit.request(path, { ...at, pull_number, expected_head_sha: head });
    return "updated";
  } catch (error) {
    const failed = asRequestError(error);
    if (failed?.status === 422 && /expected head sha|no new commits/i.test(failed.message)) return "moved";
    throw asRefusal(`the update of #${pull_number} with its base`, error);
  }
}
