import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorldClock } from "../clock.ts";
import { startGitHub, type GitHub, type GitHubOptions } from "./github.ts";
import type { RulesetFile } from "./state.ts";

export type SampleOptions = Partial<Omit<GitHubOptions, "folder">> &
  Pick<GitHubOptions, "files"> & {
    /** Rules of main; default: none. */
    rules?: RulesetFile["rules"];
  };

/** A small repository with two writers, a reader and an App that may bypass the rules, in a folder that goes when it is closed. */
export async function startSample({ rules = [], ...options }: SampleOptions): Promise<GitHub> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-github-"));
  const github = await startGitHub({
    folder,
    clock: WorldClock.standing(),
    owner: "acme",
    name: "databases",
    repositoryId: 812345678,
    users: [
      { login: "ada", id: 1, role: "write" },
      { login: "grace", id: 2, role: "write" },
      { login: "eve", id: 3, role: "read" },
    ],
    teams: {},
    app: { id: 7, slug: "seedbed", installationId: 70 },
    ruleset: {
      name: "main",
      target: "branch",
      enforcement: "active",
      bypass_actors: [{ actor_id: 7, actor_type: "Integration", bypass_mode: "always" }],
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules,
    },
    ...options,
  });
  const close = async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...github, close };
}
