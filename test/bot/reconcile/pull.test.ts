import { describe, expect, test } from "vitest";
import type { Hub } from "../../../bot/hub/hub.ts";
import type { PullFacts } from "../../../bot/hub/pulls.ts";
import { STICKY_MARKER } from "../../../bot/decide/pull/sticky.ts";
import { judgeHere } from "../call-here.ts";
import { reconcilePull } from "../../../bot/reconcile/pull.ts";

const OPEN = `${STICKY_MARKER}\n### Seedbed: \`hr\` · ✅ ready to merge\n\n**Next:** merge. The approval covers these files only.`;
const MAIN = `${STICKY_MARKER}\n### Seedbed: \`hr\` from \`hr-prod\`: ❌ not permitted\n\n**Next:** A DBA starts a run.\n`;
const REQUEST = { path: "environments/hr/database_config.yaml", status: "modified" };
const MANIFESTS = { path: "environments/hr/manifests/fleet.yaml", status: "modified" };

interface Closed {
  files: { path: string; status: string }[];
  body?: string;
  branch?: string;
}

/** The text that a look at a merged pull request writes into its comment; null if it leaves it alone. */
async function lookAtMerged({ files, body = OPEN, branch = "main" }: Closed): Promise<string | null> {
  let written: string | null = null;
  const pull = { number: 1, state: "closed", merged: true, base: { sha: "", branch } } as unknown as PullFacts;
  const comment = { id: "1", appId: 9, body, user: { id: "1", login: "seedbed[bot]", type: "Bot" } };
  const hub = {
    repository: { id: "1", owner: "acme", name: "databases", defaultBranch: "main" },
    appId: 9,
    botLogin: "seedbed[bot]",
    pulls: {
      get: () => Promise.resolve(pull),
      comments: () => Promise.resolve([comment]),
      files: () => Promise.resolve(files),
      updateComment: (_id: string, text: string) => Promise.resolve(void (written = text)),
    },
  } as unknown as Hub;
  expect(await reconcilePull(hub, 1, { judge: judgeHere(), waits: 0, judged: () => {} })).toBe("done");
  return written;
}

describe("the comment of a merged pull request", () => {
  test("is left to the look at main if it changed a request that stays", async () => {
    expect(await lookAtMerged({ files: [REQUEST, MANIFESTS] })).toBeNull();
  });

  test("is ended if only manifests were rendered again, or if the request is gone", async () => {
    expect(await lookAtMerged({ files: [MANIFESTS] })).toContain("· ✅ merged\n");
    const removed = [REQUEST, MANIFESTS].map((file) => ({ ...file, status: "removed" }));
    expect(await lookAtMerged({ files: removed })).toContain("**Next:** nothing to do here.");
  });

  test("is ended if it was merged into another branch, where main says nothing of it", async () => {
    expect(await lookAtMerged({ files: [REQUEST], branch: "next" })).toContain("· ✅ merged\n");
  });

  test("is left alone once the look at main has written it, which would write it again", async () => {
    expect(await lookAtMerged({ files: [{ path: "README.md", status: "modified" }], body: MAIN })).toBeNull();
  });
});
