import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { startArtifactStorage } from "./artifact-storage.ts";
import { QueuedMerges } from "./auto-merges.ts";
import { Faults } from "./faults.ts";
import { BareRepository } from "./git/bare-repository.ts";
import { readRefusedPushes, type RefusedPush } from "./git/push-rules.ts";
import { serveGitAndRest } from "./git-server.ts";
import { isoSeconds, WorldClock } from "../clock.ts";
import { callName, watchCalls, type CallLog } from "./calls.ts";
import { limitCalls, type Limits } from "./limits.ts";
import { MergeQueue } from "./merge-queue.ts";
import { TestMergeCommits } from "./test-merge-commits.ts";
import { installPushAccess } from "./push-access.ts";
import { addActionRoutes } from "./rest/actions.ts";
import { addActivityRoutes } from "./rest/activity.ts";
import { addAppRoutes } from "./rest/app.ts";
import { addCheckRoutes } from "./rest/checks.ts";
import { addCommitRoutes } from "./rest/commits.ts";
import { addGitRoutes } from "./rest/git-data.ts";
import { addGraphqlRoute } from "./rest/graphql.ts";
import { addDeploymentRoutes, addIssueRoutes, addPeopleRoutes } from "./rest/people.ts";
import { addPullBranchRoutes } from "./rest/pull-branches.ts";
import { addPullRoutes } from "./rest/pulls.ts";
import { Rest } from "./rest/rest.ts";
import { Runs } from "./runs.ts";
import { ACTIONS, noreply, type Account, type RulesetFile, type State } from "./state.ts";
import { Tokens } from "./tokens.ts";
import { Updates } from "./updates.ts";
import type { LimitNumbers } from "./usage.ts";
import { viewRepository } from "./views.ts";
import { Webhooks } from "./webhooks.ts";

export interface GitHubOptions {
  /** Where the bare repository is made. */
  folder: string;
  owner: string;
  name: string;
  repositoryId: number;
  /** Default type: `User`. */
  users: { login: string; id: number; role: "admin" | "write" | "read" | "none"; type?: Account["type"] }[];
  teams: Record<string, string[]>;
  app: { id: number; slug: string; installationId: number };
  ruleset: RulesetFile;
  /** The owner's plan; the repository is private. Default: `team`. */
  plan?: "team" | "free";
  /** Files of the first commit on main. */
  files: Record<string, string>;
  /** Default: the machine's time. */
  clock?: WorldClock;
  /** Of the App's installation. Default: 5,000 requests an hour, no limit by the minute. */
  limits?: Partial<LimitNumbers>;
}

export interface GitHub {
  url: string;
  state: State;
  clock: WorldClock;
  tokens: Tokens;
  runs: Runs;
  faults: Faults;
  webhooks: Webhooks;
  calls: CallLog;
  limits: Limits;
  app: { id: number; privateKey: string; webhookSecret: string };
  /** Clone address with the user's token in it. */
  cloneUrl(login: string): string;
  cloneUrlWith(token: string): string;
  token(login: string): string;
  refusedPushes(): Promise<RefusedPush[]>;
  close(): Promise<void>;
}

/** Making an RSA key takes longer than starting GitHub; all Apps of a test's process have the same one. */
let keysOfApp: ReturnType<typeof makeAppKeys> | null = null;
const makeAppKeys = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const appKeys = () => (keysOfApp ??= makeAppKeys());

/** Starts GitHub: one organisation, one repository, its REST API, its git server, its webhooks. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const keys = appKeys();
  const webhookSecret = randomBytes(24).toString("hex");
  const state = await createState(options, {
    publicKey: keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
    webhookSecret,
  });
  const tokens = new Tokens(state);
  const runs = new Runs(state);
  const faults = new Faults();
  const app = new Hono();
  const calls = watchCalls(app, { faults, tokens });
  const limits = limitCalls(app, { state, tokens, numbers: options.limits ?? {}, nameOf: callName });
  addRoutes(new Rest(app, state, tokens), runs);
  const answer = serveGitAndRest(state, tokens, getRequestListener(app.fetch));
  const server = createServer((request, response) => {
    response.setHeader("date", new Date(state.clock.now()).toUTCString());
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.url = () => url;
  const userTokens = new Map(options.users.map(({ login }) => [login, tokens.forUser(login)]));
  const token = (login: string) => userTokens.get(login) ?? "";
  const host = url.slice("http://".length);
  const cloneUrlWith = (password: string) =>
    `http://x-access-token:${password}@${host}/${options.owner}/${options.name}.git`;
  return {
    url,
    state,
    clock: state.clock,
    tokens,
    runs,
    faults,
    webhooks: state.webhooks,
    calls,
    limits,
    app: {
      id: options.app.id,
      privateKey: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      webhookSecret,
    },
    token,
    cloneUrl: (login) => cloneUrlWith(token(login)),
    cloneUrlWith,
    refusedPushes: () => readRefusedPushes(state.git.folder),
    close: async () => {
      await Promise.all([closeServer(server), state.storage.close()]);
      state.git.close();
    },
  };
}

function addRoutes(rest: Rest, runs: Runs): void {
  addAppRoutes(rest);
  addGitRoutes(rest);
  addPullRoutes(rest);
  addPullBranchRoutes(rest);
  addCheckRoutes(rest);
  addActivityRoutes(rest);
  addCommitRoutes(rest, () => viewRepository(rest.state));
  addIssueRoutes(rest);
  addPeopleRoutes(rest);
  addDeploymentRoutes(rest);
  addActionRoutes(rest, runs);
  addGraphqlRoute(rest);
}

async function createState(
  options: GitHubOptions,
  secrets: { publicKey: string; webhookSecret: string },
): Promise<State> {
  let id = 10_000;
  let number = 0;
  const clock = options.clock ?? WorldClock.running();
  const git = await BareRepository.create(join(options.folder, "github.git"), "main");
  const updates = new Updates();
  const state: State = {
    git,
    owner: options.owner,
    name: options.name,
    repositoryId: options.repositoryId,
    defaultBranch: "main",
    url: () => "",
    storage: await startArtifactStorage(() => clock.now()),
    app: { ...options.app, publicKey: secrets.publicKey },
    users: new Map(options.users.map((user) => [user.login, { type: "User", ...user }])),
    apps: new Map([[ACTIONS.account.login, ACTIONS]]),
    deployKeys: new Map(),
    deployKeyPushes: "creator",
    teams: new Map(Object.entries(options.teams).map(([team, logins]) => [team, new Set(logins)])),
    ruleset: options.ruleset,
    plan: options.plan ?? "team",
    pulls: [],
    issues: [],
    reviews: [],
    checkRuns: [],
    comments: [],
    activity: [],
    deployments: [],
    mergesRefused: [],
    queue: new MergeQueue(() => state),
    mergeTests: new TestMergeCommits(() => state),
    autoMerges: new QueuedMerges(() => state),
    approvalsFollow: "equal-diff",
    branchUpdates: { late: false, waiting: [] },
    allowAutoMerge: true,
    webhooks: new Webhooks(secrets.webhookSecret, clock, (...event) => updates.note(...event, isoSeconds(clock))),
    updates,
    nextId: () => (id += 1),
    nextNumber: () => (number += 1),
    clock,
    now: () => isoSeconds(clock),
  };
  await installPushAccess(state);
  await firstCommit(state, options);
  return state;
}

async function firstCommit(state: State, { files, owner }: GitHubOptions): Promise<void> {
  const edits = await Promise.all(
    Object.entries(files).map(async ([path, text]) => ({
      path,
      mode: "100644",
      sha: await state.git.writeBlob(Buffer.from(text)),
    })),
  );
  const tree = await state.git.writeTree(null, edits);
  const person = { ...noreply({ id: 1, login: owner, type: "User" }), date: state.now() };
  const sha = await state.git.writeCommit({ tree, parents: [], author: person, committer: person, message: "Start" });
  await state.git.updateRef("refs/heads/main", sha, null);
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
