import { afterEach, beforeEach, expect, test } from "vitest";
import { openOctokit } from "../../src/adapters/github/octokit.ts";
import { openFetch } from "../../src/adapters/http/fetch.ts";
import { systemClock } from "../../src/adapters/process/clock.ts";
import { UnreadableFile } from "../../src/database/unreadable-file.ts";
import { readObjects } from "../../src/github/objects.ts";
import { openCommitTree, type CommitTree } from "../../src/github/tree.ts";
import { readProxies } from "../../src/http/proxies.ts";
import { MOST_BYTES } from "../../src/layout/limits.ts";
import type { GitHub } from "../world/github/github.ts";
import { startSample } from "../world/github/start-sample.ts";

const AT = {
  request: "environments/hr/database_config.yaml",
  settings: ".github/seedbed.yml",
  lock: "environments/hr/seed.lock.yaml",
  manifest: "environments/hr/manifests/a.yaml",
  permit: "environments/hr/approval.yaml",
  script: "environments/hr/scripts/a.sql",
  note: "environments/hr/notes.md",
};
const LIMITS: Record<keyof typeof AT, number> = {
  request: MOST_BYTES.request,
  settings: MOST_BYTES.settings,
  lock: MOST_BYTES.generated,
  manifest: MOST_BYTES.generated,
  permit: MOST_BYTES.other,
  script: MOST_BYTES.other,
  note: MOST_BYTES.other,
};
const NAMES = Object.keys(AT) as (keyof typeof AT)[];

let github: GitHub;
beforeEach(async () => {
  const small = NAMES.map((name) => [AT[name], "x".repeat(LIMITS[name])]);
  const large = NAMES.map((name) => [AT[name].replace("/hr/", "/crm/"), "x".repeat(LIMITS[name] + 1)]);
  const files = Object.fromEntries([...small, ...large]) as Record<string, string>;
  github = await startSample({ files: { ...files, ".github/seedbed.yml": "x".repeat(LIMITS.settings + 1) } });
});
afterEach(() => github.close());

async function openTree(): Promise<CommitTree> {
  const octokit = openOctokit({
    api: github.url,
    token: github.tokens.forJob(1, { contents: "read" }),
    repository: "acme/databases",
    fetch: openFetch(readProxies({})),
    clock: systemClock,
  });
  const commit = (await github.state.git.git(["rev-parse", "main"])).trim();
  return openCommitTree(readObjects(octokit), commit);
}

/** How many blobs GitHub was asked for. */
function fetched(): number {
  return github.calls.counts["GET /repos/acme/databases/git/blobs/{sha}"] ?? 0;
}

test.each(NAMES.filter((name) => name !== "settings"))(
  "a %s of the largest size is read, and one byte more is not even fetched",
  async (name) => {
    const tree = await openTree();
    expect((await tree.read(AT[name]))!.length).toBe(LIMITS[name]);
    const before = fetched();
    await expect(tree.read(AT[name].replace("/hr/", "/crm/"))).rejects.toThrow(UnreadableFile);
    expect(fetched()).toBe(before);
  },
);

test("settings of one byte more are not fetched", async () => {
  const tree = await openTree();
  await expect(tree.read(AT.settings)).rejects.toThrow(`the file has ${LIMITS.settings + 1} bytes`);
  expect(fetched()).toBe(0);
});
