import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HubTree } from "../../../../bot/hub/git.ts";
import type { CheckFacts } from "../../../../bot/hub/checks.ts";
import type { ReviewFacts } from "../../../../bot/hub/pulls.ts";
import type { GatedPull } from "../../../../bot/decide/pull/approval-check.ts";
import { deriveGateFacts } from "../../../../bot/decide/pull/gate-facts.ts";
import { parseSides } from "../../../../bot/decide/pull/parse-sides.ts";
import { findTouched } from "../../../../bot/decide/gate/changed-paths.ts";
import { CHECKS } from "../../../../bot/decide/gate/check-names.ts";
import type { PullState } from "../../../../bot/decide/pull/pull-state.ts";
import { commitBy, personOf, pushBy } from "./people.ts";
import { memoryTree } from "../../../database/memory-tree.ts";
import { readMainSettings } from "../../../../bot/observe/pull/read-pull-state.ts";
import { readEntries, readMain, readResult } from "../../../../bot/observe/pull/read-side.ts";

const TOP = join(import.meta.dirname, "../../../..");
export const APP_ID = 7;
export const HEAD = "b".repeat(40);

type Files = Record<string, string>;

export function readExample(path: string): string {
  return readFileSync(join(TOP, path), "utf8");
}

const SETTINGS = readExample("test/fixtures/settings.yml");

export function exampleFiles(): Files {
  const paths = ["environments/hr/database_config.yaml", "environments/hr/scripts/mask.sql"];
  return Object.fromEntries(paths.map((path) => [path, readExample(path)]));
}

function commitOf(commit: string, files: Files, modes: Record<string, string> = {}): HubTree {
  return { commit, ...memoryTree(files, modes) };
}

interface StateOptions {
  base?: Files;
  head: Files;
  modes?: Record<string, string>;
  reviews?: ReviewFacts[];
  checks?: CheckFacts[];
}

/** A pull request of ada's from her branch, with grace and lin as DBAs and root on the platform team. */
export async function buildState({
  base = {},
  head,
  modes,
  reviews = [],
  checks = [],
}: StateOptions): Promise<PullState> {
  const common = { ".github/seedbed.yml": SETTINGS };
  const before = commitOf("a".repeat(40), { ...common, ...base });
  return stateBetween(before, commitOf(HEAD, { ...common, ...head }, modes), { reviews, checks });
}

/** The same pull request between two commits, judged by the settings of the first. */
export async function stateBetween(
  before: HubTree,
  after: HubTree,
  { reviews, checks }: Pick<PullState, "reviews" | "checks"> = { reviews: [], checks: [] },
): Promise<PullState> {
  const [baseEntries, headEntries] = [await readEntries(before), await readEntries(after)];
  const touched = findTouched(baseEntries, headEntries);
  const ada = personOf("1", "ada");
  return {
    repository: { id: "812345678", owner: "acme", name: "databases", defaultBranch: "main" },
    appId: APP_ID,
    botLogin: "seedbed[bot]",
    checkOwner: 1,
    pull: {
      number: 1,
      updatedAt: "2026-01-01T00:00:00Z",
      state: "open",
      merged: false,
      mergedAt: null,
      mergeCommit: null,
      draft: false,
      mergeable: true,
      testMerge: null,
      autoMerge: false,
      author: ada,
      head: { sha: after.commit, branch: "add-hr", repositoryId: "812345678" },
      base: { sha: before.commit, branch: "main" },
      requestedTeams: [],
      requestedUsers: [],
    },
    main: await readMain(before, touched),
    result: await readResult(after, touched),
    merge: { kind: "contained", head: headEntries, shown: baseEntries },
    today: "2026-11-22",
    refused: null,
    unpermitted: [],
    settings: await readMainSettings(before),
    checks,
    reviews,
    commits: [commitBy(ada, after.commit)],
    pushes: [pushBy(ada, after.commit)],
    updates: [],
    rules: RULES,
    approvers: {
      "source:hr-prod": [GRACE, LIN],
      "settings:hr-prod": [GRACE, LIN],
      platform: [{ id: "100", login: "root" }],
    },
    comments: [],
    permissions: {},
    adopted: [],
  };
}

const GRACE = { id: "2", login: "grace" };
const LIN = { id: "3", login: "lin" };

/** The state as it is decided on: parsed, with the facts of the gate. */
export function gateOf(state: PullState): GatedPull {
  return { ...state, ...parseSides(state), gate: deriveGateFacts(state) };
}

export const RULES = [
  { type: "pull_request", parameters: { required_approving_review_count: 1, allowed_merge_methods: ["squash"] } },
  {
    type: "required_status_checks",
    parameters: {
      strict_required_status_checks_policy: true,
      required_status_checks: Object.values(CHECKS).map((context) => ({ context, integration_id: APP_ID })),
    },
  },
];
