import { readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOfBytes } from "../../../src/crypto/digest.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import type { HubTree } from "../../../bot/hub/git.ts";
import type { CheckFacts } from "../../../bot/hub/checks.ts";
import type { ReviewFacts } from "../../../bot/hub/pulls.ts";
import { findTouched } from "../../../bot/decide/pull/changed-paths.ts";
import { CHECKS } from "../../../bot/decide/pull/check-names.ts";
import type { PullState } from "../../../bot/decide/pull/pull-state.ts";
import { readEntries, readSide } from "../../../bot/observe/pull/read-side.ts";

const TOP = join(import.meta.dirname, "../../..");
export const APP_ID = 7;
export const HEAD = "b".repeat(40);

type Files = Record<string, string>;

export function readExample(path: string): string {
  return readFileSync(join(TOP, path), "utf8");
}

export const SETTINGS = readExample("test/fixtures/settings.yml");

export function exampleFiles(): Files {
  const paths = ["environments/hr/database_config.yaml", "environments/hr/scripts/mask.sql"];
  return Object.fromEntries(paths.map((path) => [path, readExample(path)]));
}

/** A commit in memory. `modes` lists the entries that are not plain files. */
function memoryTree(commit: string, files: Files, modes: Record<string, string> = {}): HubTree {
  const paths = Object.keys(files).toSorted((a, b) => (a < b ? -1 : 1));
  const below = (folder: string) => paths.filter((path) => path === folder || path.startsWith(`${folder}/`));
  return {
    commit,
    read: (path) => Promise.resolve(files[path] ?? null),
    list: (folder) => Promise.resolve(below(folder)),
    entries: (folder) =>
      Promise.resolve(
        below(folder).map((path) => ({ path, mode: modes[path] ?? "100644", blob: digestOfBytes(files[path]!) })),
      ),
  };
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
  const [before, after] = [
    memoryTree("a".repeat(40), { ...common, ...base }),
    memoryTree(HEAD, { ...common, ...head }, modes),
  ];
  const [baseEntries, headEntries] = [await readEntries(before), await readEntries(after)];
  const parsed = parseSettings(SETTINGS, ".github/seedbed.yml");
  if (!parsed.ok) throw new Error("The example settings do not parse.");
  const shared = { touched: findTouched(baseEntries, headEntries), settings: parsed.value, today: "2026-11-22" };
  const ada = { id: "1", login: "ada" };
  return {
    repository: { id: "812345678", owner: "acme", name: "databases", defaultBranch: "main" },
    appId: APP_ID,
    botLogin: "seedbed[bot]",
    checkOwner: 1,
    pull: {
      number: 1,
      state: "open",
      merged: false,
      mergedAt: null,
      mergeCommit: null,
      draft: false,
      author: ada,
      head: { sha: HEAD, branch: "add-hr", repositoryId: "812345678" },
      base: { sha: "a".repeat(40), branch: "main" },
      requestedTeams: [],
      requestedUsers: [],
    },
    base: await readSide({ ...shared, tree: before, entries: baseEntries }),
    head: await readSide({ ...shared, tree: after, entries: headEntries }),
    unpermitted: [],
    settings: { commit: "c".repeat(40), settings: parsed.value, problems: [] },
    checks,
    reviews,
    contributors: { author: ada, commits: [commitBy(ada, HEAD)], pushers: [ada] },
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

export function commitBy(person: { id: string; login: string } | null, sha: string) {
  return { sha, parents: [], message: "Change", author: person, committer: person };
}

export const RULES = [
  { type: "pull_request", parameters: { required_approving_review_count: 1, dismiss_stale_reviews_on_push: true } },
  {
    type: "required_status_checks",
    parameters: {
      strict_required_status_checks_policy: false,
      required_status_checks: Object.values(CHECKS).map((context) => ({ context, integration_id: APP_ID })),
    },
  },
];
