import { readYaml } from "../../../src/document/yaml-text.ts";
import { canonicalJson } from "../../../src/crypto/digest.ts";
import { SETTINGS_PATH } from "../../../src/layout/repository.ts";
import type { Hub } from "../../hub/hub.ts";
import type { CommitFacts, HubTree } from "../../hub/git.ts";
import type { PullFacts } from "../../hub/pulls.ts";
import { describeEntry } from "../../decide/gate/entry-digests.ts";
import type { MergeFacts, Origin } from "../../decide/main/main-state.ts";
import { listMergedPulls, readMerge } from "./read-origin.ts";
import { readOr } from "./unreadable.ts";

/** How many changes of the settings are searched for the one that moved a base. */
const DEPTH = 50;

/**
 * The last commit that gave a base of the settings its present entry, and the merged pull requests that brought that to main;
 * null if it is too far back. The rest of the file may come from others: settings pull requests that do not conflict give a
 * file that no head has.
 */
export async function readBaseOrigin(hub: Hub, { head, base }: { head: string; base: string }): Promise<Origin | null> {
  const entryAt = async (commit: string) => readEntry(await hub.git.treeAt(commit), base);
  const now = await entryAt(head);
  const isNow = async (commit: string) => (await readOr(entryAt(commit), null)) === now;
  for (const commit of await hub.git.history({ ref: head, path: SETTINGS_PATH, limit: DEPTH })) {
    if (!(await isNow(commit.sha)) || (await someIs(commit.parents, isNow))) continue;
    const pulls = await listMergedPulls(hub, commit.sha);
    const movers = await keepMovers(hub, pulls, isNow);
    // A branch may have had this entry for a while, or have it from main: its merge has not moved the base.
    if (pulls.length > 0 && movers.length === 0) continue;
    return {
      commit,
      merges: await Promise.all(
        movers.map(async (pull) => readMerge(hub, { pull, changes: await changesOf(hub, pull), head, isNow })),
      ),
    };
  }
  return null;
}

/** The settings as a pull request's merge left them on main. */
async function changesOf(hub: Hub, { mergeCommit }: PullFacts): Promise<MergeFacts["changes"]> {
  const [entry] = mergeCommit === null ? [] : await (await hub.git.treeAt(mergeCommit)).entries(SETTINGS_PATH);
  return { requests: {}, files: { [SETTINGS_PATH]: describeEntry(entry) } };
}

type Question = (commit: string) => Promise<boolean>;

async function someIs(commits: readonly string[], isNow: Question): Promise<boolean> {
  return (await Promise.all(commits.map(isNow))).some(Boolean);
}

/** The pull requests whose merge gave main the entry: main had another just before it. */
async function keepMovers(hub: Hub, pulls: readonly PullFacts[], isNow: Question): Promise<PullFacts[]> {
  const moved = await Promise.all(
    pulls.map(async ({ mergeCommit }) => {
      const [merge] = mergeCommit === null ? [] : await hub.git.history({ ref: mergeCommit, limit: 1 });
      return merge !== undefined && (await isNow(merge.sha)) && !(await someIs(mainBefore(merge), isNow));
    }),
  );
  return pulls.filter((_, index) => moved[index]);
}

function mainBefore({ parents }: CommitFacts): string[] {
  return parents.slice(0, 1);
}

/** The entry of a base as canonical text, also where the rest of the settings is not valid; null if there is none. */
async function readEntry(tree: HubTree, base: string): Promise<string | null> {
  const text = await tree.read(SETTINGS_PATH);
  const yaml = text === null ? null : readYaml({ path: SETTINGS_PATH, text, docs: "" }).text;
  const { bases } = (yaml?.value ?? {}) as { bases?: Record<string, unknown> | null };
  return bases && Object.hasOwn(bases, base) ? canonicalJson(bases[base]) : null;
}
