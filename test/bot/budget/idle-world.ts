import { createPrivateKey } from "node:crypto";
import type { Bot } from "../../../bot/app.ts";
import { afterRefUpdate } from "../../world/github/pushes.ts";
import type { LimitNumbers } from "../../world/github/usage.ts";
import type { Runs } from "../../world/github/runs.ts";
import { botAccount, type State } from "../../world/github/state.ts";
import { exampleRequest, settle, startWorld, type BotWorld } from "../app/start-world.ts";
import { placed, renderedFor, seedDatabase, type SeededDatabase } from "./seeded-databases.ts";
import { writeHistory, type WrittenCommit } from "./write-history.ts";

const DAY = 24 * 60 * 60_000;
const ADA = { login: "ada", id: 1 };

export interface IdleWorld extends BotWorld {
  databases: SeededDatabase[];
  /** Lets the bot do everything that there is to do now. */
  settle(bot: Bot): Promise<void>;
  /** Moves main past the rules, as an administrator can, and lets GitHub tell it. */
  pushToMain(files: Record<string, string>): Promise<void>;
}

/** So many databases on main, seeded some days ago, and so many open pull requests: each changes a database, or a page if there are more. */
export async function startIdleWorld(
  count: { databases: number; pulls: number },
  limits: Partial<LimitNumbers> = {},
): Promise<IdleWorld> {
  const world = await startWorld({ limits });
  const { state } = world.github;
  const at = new Date(world.clock.now() - 3 * DAY).toISOString().replace(/\.\d+Z$/, "Z");
  const settings = await state.git.git(["show", "main:.github/seedbed.yml"]);
  const key = createPrivateKey(world.variables["SIGNING_KEY"]!);
  const request = withoutRefresh();
  const names = Array.from({ length: count.databases }, (_, index) => `db-${String(index + 1).padStart(3, "0")}`);
  const databases = names.map((name) => seedDatabase(name, { settings, key, request, at }));
  const onMain = Object.assign({}, ...databases.map((database) => database.onMain)) as Record<string, string>;
  const main = (await state.git.resolve("refs/heads/main"))!;
  await writeHistory(state.git, [{ branch: "main", from: main, message: "Databases", files: onMain, author: ADA, at }]);
  await recordPush(state, { before: main, at });
  await openPulls(state, { databases, settings, at, count: count.pulls });
  recordRuns(world.github.runs, { state, headSha: main, at });
  return {
    ...world,
    databases,
    settle: (bot) => settle(world, bot),
    pushToMain: (files) => pushToMain(state, files),
  };
}

/** Of the bot: main is what GitHub's list of its updates ends with. */
async function recordPush(state: State, { before, at }: { before: string; at: string }): Promise<void> {
  const ref = "refs/heads/main";
  const after = (await state.git.resolve(ref))!;
  const row = { id: state.nextId(), ref, before, after, type: "push", actor: botAccount(state), timestamp: at };
  state.activity.push(row);
}

/** Of the bot, ended long ago, and more than fit on a page: a run that has not ended could be on another one. */
function recordRuns(runs: Runs, { state, headSha, at }: { state: State; headSha: string; at: string }): void {
  const actor = botAccount(state);
  const path = ".github/workflows/provision.yml";
  for (let count = 0; count < 120; count += 1) {
    const title = `seed db-${String((count % 20) + 1).padStart(3, "0")}: refresh`;
    const run = runs.record(
      {
        event: "workflow_dispatch",
        path,
        title,
        headBranch: "main",
        headSha,
        headRepositoryId: state.repositoryId,
        inputs: {},
        actor,
        triggeringActor: actor,
      },
      [],
    );
    Object.assign(run, { createdAt: at, startedAt: at });
  }
}

async function pushToMain(state: State, files: Record<string, string>): Promise<void> {
  const ref = "refs/heads/main";
  const before = (await state.git.resolve(ref))!;
  const root = { login: "root", id: 100 };
  await writeHistory(state.git, [
    { branch: "main", from: before, message: "By hand", files, author: root, at: state.now() },
  ]);
  await afterRefUpdate(state, { ref, before, after: await state.git.resolve(ref), actor: state.users.get("root")! });
}

/** Without its refresh, which would be due on some days of the week only. */
function withoutRefresh(): Record<string, string> {
  const entries = Object.entries(exampleRequest()).map(([path, text]) => [path.replace("environments/hr/", ""), text]);
  const request = Object.fromEntries(entries) as Record<string, string>;
  const config = "database_config.yaml";
  return { ...request, [config]: request[config]!.replace(/^ {2}refresh:\n(?: {4}.*\n)+/m, "") };
}

interface PullsToOpen {
  databases: readonly SeededDatabase[];
  settings: string;
  at: string;
  count: number;
}

/** With manifests as the bot would render them, so that it has no reason to push. */
async function openPulls(state: State, { databases, settings, at, count }: PullsToOpen): Promise<void> {
  const base = (await state.git.resolve("refs/heads/main"))!;
  const branches = Array.from({ length: count }, (_, index) => `change-${String(index + 1).padStart(3, "0")}`);
  const commits = branches.map((branch, index): WrittenCommit => {
    const common = { branch, from: base, author: ADA, at };
    if (index >= databases.length) return { ...common, message: "Docs", files: { [`docs/${branch}.md`]: "docs\n" } };
    const { files, lock } = databases[index]!;
    const text = files.files["database_config.yaml"]!.replace("open_cursors: 500", `open_cursors: ${600 + index}`);
    const changed = { ...files, files: { ...files.files, "database_config.yaml": text } };
    const all = { ...placed(changed), ...renderedFor(changed, { lock, settings }) };
    return { ...common, message: "More cursors", files: all };
  });
  await writeHistory(state.git, commits);
  const author = state.users.get("ada")!;
  for (const branch of branches) {
    const headSha = (await state.git.resolve(`refs/heads/${branch}`))!;
    const ref = `refs/heads/${branch}`;
    const zero = "0".repeat(40);
    const id = state.nextId();
    state.activity.push({
      id,
      ref,
      before: zero,
      after: headSha,
      type: "branch_creation",
      actor: author,
      timestamp: at,
    });
    state.pulls.push({
      number: state.nextNumber(),
      title: "More cursors",
      body: "",
      state: "open",
      draft: false,
      author,
      headBranch: branch,
      headRepositoryId: state.repositoryId,
      baseBranch: "main",
      headSha,
      baseSha: base,
      mergedAt: null,
      mergedBy: null,
      mergeCommit: null,
      createdAt: at,
      requestedTeams: [],
      lastPusher: author,
      tested: null,
      testMergeCommit: null,
      autoMerge: null,
    });
  }
}
