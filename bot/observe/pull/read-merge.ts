import { openListedTree } from "../../../src/database/listed-tree.ts";
import type { SizedEntry } from "../../../src/github/tree.ts";
import { listChangedPaths } from "../../../src/merge/list-changed-paths.ts";
import type { MergeView } from "../../decide/pull/pull-state.ts";
import type { Hub } from "../../hub/hub.ts";
import type { HubTree } from "../../hub/git.ts";
import type { PullFacts } from "../../hub/pulls.ts";
import { readEntries, type EntryTree } from "./read-side.ts";

/** What a pull request would make of main, and how that is known. */
export interface Merge {
  main: HubTree;
  result: EntryTree;
  view: MergeView;
}

/** Reads the result of merging a pull request into main's tip as GitHub would merge it now. */
export async function readMerge(hub: Hub, pull: PullFacts, tip: string): Promise<Merge> {
  const { sha } = pull.head;
  const base = await hub.git.mergeBase(tip, sha);
  const [main, shown, head] = await Promise.all([tip, base, sha].map(hub.git.treeAt));
  const view = { shown: await readEntries(shown!), head: await readEntries(head!) };
  if (base === tip) return { main: main!, result: head!, view: { kind: "contained", ...view } };
  const kind = await judgeTest(hub, pull, tip);
  const result =
    kind === "tested" ? await hub.git.treeAt(pull.testMerge!) : overlay({ main: main!, head: head!, view });
  return { main: main!, result, view: { kind, ...view } };
}

/** GitHub keeps the test merge of an earlier head or base until it has made the next one: the parents tell. */
async function judgeTest(hub: Hub, pull: PullFacts, tip: string): Promise<MergeView["kind"]> {
  if (pull.base.branch !== hub.repository.defaultBranch) return "elsewhere";
  if (pull.mergeable === false) return "conflict";
  if (pull.mergeable === null || pull.testMerge === null) return "unknown";
  const parents = await hub.git.parents(pull.testMerge);
  return parents.length === 2 && parents[0] === tip && parents[1] === pull.head.sha ? "tested" : "unknown";
}

interface Overlaid {
  main: HubTree;
  head: HubTree;
  view: Pick<MergeView, "shown" | "head">;
}

/** Main with what the page of the pull request shows as changed: what its author means, where git cannot say what would come. */
function overlay({ main, head, view }: Overlaid): EntryTree {
  const changed = new Set(listChangedPaths(view.shown, view.head));
  return openListedTree<SizedEntry>({
    list: async (top) => {
      const kept = (await main.entries(top)).filter(({ path }) => !changed.has(path));
      const own = (await head.entries(top)).filter(({ path }) => changed.has(path));
      return [...kept, ...own];
    },
    read: async ({ path }) => Buffer.from((await (changed.has(path) ? head : main).read(path)) ?? ""),
  });
}
