import { openOctokit } from "../../src/adapters/github/octokit.ts";
import { readMain as openMain } from "../../src/adapters/github/read-main.ts";
import { openFetch } from "../../src/adapters/http/fetch.ts";
import { systemClock } from "../../src/adapters/process/clock.ts";
import { readProxies } from "../../src/http/proxies.ts";
import { readSettings } from "../../src/database/read-settings.ts";
import { decide } from "../../src/door/decide.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { readMainNow } from "../../src/use-cases/read-main-now.ts";
import { decidePull } from "../../bot/decide/pull/decide-pull.ts";
import { readDatabases } from "../../bot/observe/main/read-databases.ts";
import { stateBetween } from "../bot/decide/pull/build-state.ts";
import { startHub, type HubWorld } from "../bot/hub/start-hub.ts";
import { NOW } from "../door/example-main.ts";
import type { RequestRepository } from "./request-repository.ts";
import { textOf, type Told } from "./told.ts";

/** The programs and checks that read a database's folder, each by its own way to git. */
export type Reader = "validate" | "pull" | "main" | "door" | "verify";

/** A simulated GitHub whose bare repository takes the commits of a work tree, and everybody who reads them there. */
export interface ReaderWorld {
  /** What the check of a pull request from one commit to another annotates. */
  pull(from: string, to: string, severity: Problem["severity"]): Promise<Told | null>;
  /** Why the bot on main decides nothing for a database. */
  main(commit: string, database: string): Promise<Told | null>;
  /** Why the Action refuses a run; null where it would start. */
  door(commit: string, database: string): Promise<Told | null>;
  /** Makes the commits of a work tree known. */
  take(repository: RequestRepository): Promise<void>;
  close(): Promise<void>;
}

export async function startReaders(): Promise<ReaderWorld> {
  const world = await startHub();
  return {
    take: async ({ folder }) => {
      await world.github.state.git.git(["fetch", "--quiet", folder, "+HEAD:refs/heads/taken"]);
    },
    pull: (from, to, severity) => readPull(world, [from, to], severity),
    main: (commit, database) => readMain(world, commit, database),
    door: (commit, database) => readDoor(world, commit, database),
    close: () => world.close(),
  };
}

async function readPull(
  { hub }: HubWorld,
  [from, to]: [string, string],
  severity: Problem["severity"],
): Promise<Told | null> {
  const state = await stateBetween(await hub.git.treeAt(from), await hub.git.treeAt(to));
  const { checks } = decidePull(state);
  const validate = checks.find(({ name }) => name === "seedbed/validate")!;
  const first = validate.annotations.find(({ title }) => title.startsWith(severity));
  if (validate.conclusion !== (severity === "error" && first ? "failure" : "success"))
    throw new Error(`The check is ${validate.conclusion} with ${validate.annotations.length} annotations.`);
  if (first === undefined) return null;
  const { path, line, column, title, message } = first;
  const code = /\[(.*)\]$/.exec(title)?.[1] ?? null;
  return { code, text: textOf({ path, line, column: column!, what: message.split("\n", 1)[0]! }) };
}

async function readMain({ hub }: HubWorld, commit: string, database: string): Promise<Told | null> {
  const tree = await hub.git.treeAt(commit);
  const { settings } = await readSettings(tree);
  if (settings === undefined || settings === "broken") return null;
  const found = await readDatabases(tree, { settings, repositoryId: hub.repository.id, now: NOW });
  const state = found.find((one) => one.database === database);
  if (state === undefined || state.problem === null) return null;
  if (state.request !== null) throw new Error(`The bot has a problem and uses the request: ${state.problem}`);
  return { code: null, text: state.problem };
}

async function readDoor({ github }: HubWorld, commit: string, database: string): Promise<Told | null> {
  const { git } = github.state;
  await git.git(["update-ref", "refs/heads/main", commit]);
  const client = openOctokit({
    api: github.url,
    token: github.tokens.forJob(1, { contents: "read" }),
    repository: "acme/databases",
    fetch: openFetch(readProxies({})),
    clock: systemClock,
  });
  const main = { ...(await readMainNow(openMain(client), database)), now: NOW };
  const { name, id } = main.repository;
  const workflowRef = `${name}/.github/workflows/provision.yml@refs/heads/main`;
  const run = { workflowRef, event: "workflow_dispatch", repositoryId: id };
  const decision = decide({ run, database, source: null, main });
  return "refuse" in decision ? { code: decision.refuse, text: decision.sentence } : null;
}
