import { SeedbedError } from "../../../src/problem/error.ts";
import { SETTINGS_PATH } from "../../../src/layout/repository.ts";
import type { Hub } from "../../hub/hub.ts";
import type { HubTree } from "../../hub/git.ts";
import { readSettings } from "../../../src/database/read-settings.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import type { CommentFacts, PullFacts } from "../../hub/pulls.ts";
import { adoptionBranch, readAdoptedComments } from "../../decide/pull/adopt.ts";
import { findTouched, type Touched } from "../../decide/gate/changed-paths.ts";
import { listCommands } from "../../decide/pull/commands.ts";
import { readAdoptedMarker } from "../../decide/pull/describe-pull.ts";
import { listChangedRequests } from "../../decide/pull/find-requirements.ts";
import type { PullJudge } from "../../decide/pull/pull-judge.ts";
import type { MainSettings, PullSides, PullState } from "../../decide/pull/pull-state.ts";
import { refuseSize } from "../../decide/pull/refuse-size.ts";
import { findSticky } from "../../decide/pull/sticky.ts";
import { readApprovers } from "../read-review-facts.ts";
import { chooseCheckOwner } from "../../decide/pull/choose-check-owner.ts";
import { readMerge } from "./read-merge.ts";
import { readEntries, readMain, readResult, readSizedEntries } from "./read-side.ts";
import { readUnpermitted } from "./read-unpermitted.ts";
import { readUpdates } from "./read-updates.ts";

/** Reads everything that an open pull request's outputs depend on. */
export async function readPullState(hub: Hub, pull: PullFacts, judge: PullJudge): Promise<PullState> {
  const { number } = pull;
  const main = await requireMain(hub);
  const sides = await readSides(hub, { pull, tip: main, judge });
  const { approvers, refused } = await readAllApprovers(hub, { head: pull.head.sha, sides, judge });
  const fork = pull.head.repositoryId !== hub.repository.id;
  const [checks, reviews, commits, pushes, rules, comments, checkOwner] = await Promise.all([
    hub.checks.list(pull.head.sha),
    hub.pulls.reviews(number),
    hub.pulls.commits(number),
    // The App cannot read a fork's activity, so its pushers are unknown.
    fork ? [] : hub.pulls.pushesSince(pull.head.branch, 0),
    hub.people.branchRules(hub.repository.defaultBranch),
    hub.pulls.comments(number),
    readCheckOwner(hub, pull),
  ]);
  const { repository, appId, botLogin } = hub;
  return {
    repository,
    appId,
    botLogin,
    pull,
    checkOwner,
    checks,
    reviews,
    commits,
    pushes,
    updates: await readUpdates(hub, { main, pushes, commits }),
    rules,
    comments,
    ...sides,
    approvers,
    refused,
    permissions: await readPermissions(hub, comments),
    adopted: fork ? await readAdopted(hub, { number, comments }) : [],
  };
}

async function readCheckOwner(hub: Hub, pull: PullFacts): Promise<number> {
  const pulls = await hub.pulls.ofCommit(pull.head.sha);
  return chooseCheckOwner(pull, pulls, { ...hub.repository, now: await hub.gitHubTime() });
}

/** Always compares with the default branch: checks belong to a commit, and a pull request's base can be changed later. */
async function readSides(
  hub: Hub,
  { pull, tip, judge }: { pull: PullFacts; tip: string; judge: PullJudge },
): Promise<PullSides & Pick<PullState, "unpermitted">> {
  const { main: tree, result, view } = await readMerge(hub, pull, tip);
  const settings = await readMainSettings(tree);
  const [before, after] = [await readEntries(tree), await readSizedEntries(result)];
  const refused = judge.refusalOf(pull.head.sha) ?? refuseSize(before, after);
  const touched = refused === null ? findTouched(before, after) : NOTHING;
  const now = await hub.gitHubTime();
  const sides: PullSides = {
    main: await readMain(tree, touched),
    result: await readResult(result, touched),
    merge: view,
    settings,
    today: new Date(now).toISOString().slice(0, 10),
    refused,
  };
  const databases = refused === null ? listChangedRequests(sides) : [];
  const question = { databases, settings: settings.settings, repositoryId: hub.repository.id, now };
  return { ...sides, unpermitted: await readUnpermitted(tree, question) };
}

const NOTHING: Touched = { databases: [], github: [], tops: [] };

/** The commit of main. Throws if there is none. */
export async function requireMain(hub: Hub): Promise<string> {
  const { defaultBranch } = hub.repository;
  const main = await hub.git.head(defaultBranch);
  if (main !== null) return main;
  throw new SeedbedError("main-missing", `The repository has no branch ${defaultBranch}.`, {
    fix: "Push a first commit to the default branch.",
  });
}

/** The settings at a commit of main. */
export async function readMainSettings(tree: HubTree): Promise<MainSettings> {
  const { settings, problems } = await readSettings(tree);
  if (settings !== undefined)
    return { commit: tree.commit, settings: settings === "broken" ? null : settings, problems };
  const missing: Problem = {
    severity: "error",
    code: "settings-missing",
    path: SETTINGS_PATH,
    line: 1,
    column: 1,
    what: "main has no settings",
    why: "they define the sources, clusters and approvers",
    fix: `ask an administrator to put a valid ${SETTINGS_PATH} on main`,
    docs: "docs/reference/settings.md",
  };
  return { commit: tree.commit, settings: null, problems: [missing] };
}

interface ApproverQuestion {
  head: string;
  sides: PullSides;
  judge: PullJudge;
}

/** Who may approve, or why the head cannot be judged. */
async function readAllApprovers(
  hub: Hub,
  { head, sides, judge }: ApproverQuestion,
): Promise<Pick<PullState, "approvers" | "refused">> {
  if (sides.refused !== null) return { approvers: {}, refused: sides.refused };
  const requirements = await judge.listRequirements(head, sides);
  if ("refused" in requirements) return { approvers: {}, refused: requirements.refused };
  const approvers: PullState["approvers"] = {};
  for (const { key, people } of requirements.value) {
    approvers[key] = await readApprovers(hub.people, people).catch((error: unknown) => {
      if (error instanceof SeedbedError && error.code === "team-unknown") return `${error.message} ${error.fix}`;
      throw error;
    });
  }
  return { approvers, refused: null };
}

async function readPermissions(hub: Hub, comments: CommentFacts[]): Promise<PullState["permissions"]> {
  const logins = listCommands(comments).flatMap(({ comment, command }) =>
    command.name === "adopt" ? [comment.user.login] : [],
  );
  const entries = [...new Set(logins)].map(async (login) => [login, await hub.people.permission(login)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Reads from the commits on the bot's branch, and from its comment, which outlives the branch. */
async function readAdopted(
  hub: Hub,
  { number, comments }: { number: number; comments: CommentFacts[] },
): Promise<string[]> {
  const branch = adoptionBranch(number);
  const recorded = readAdoptedMarker(findSticky(comments, hub)?.body ?? "");
  if (!listCommands(comments).some(({ command }) => command.name === "adopt")) return recorded;
  if ((await hub.git.head(branch)) === null) return recorded;
  const commits = await hub.git.history({ ref: branch, limit: 50 });
  const ours = commits.filter(({ author }) => author?.login === hub.botLogin);
  return [...new Set([...recorded, ...ours.flatMap(({ message }) => readAdoptedComments(message))])].toSorted();
}
