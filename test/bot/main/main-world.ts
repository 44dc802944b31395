import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createMemory } from "../../../bot/observe/main/main-memory.ts";
import { MainReconciler, type MainPorts, type MainReport } from "../../../bot/reconcile/main-reconciler.ts";
import { changesBetween } from "../../../bot/decide/gate/change-set.ts";
import { CHECKS } from "../../../bot/decide/gate/check-names.ts";
import { renderRecord } from "../../../bot/decide/gate/record.ts";
import { readEntries } from "../../../bot/observe/pull/read-side.ts";
import { STICKY_MARKER } from "../../../bot/decide/pull/sticky.ts";
import type { Hub } from "../../../bot/hub/hub.ts";
import type { GitHub } from "../../world/github/github.ts";
import { person, type Edits, type Person } from "../../world/github/person.ts";
import { startHub } from "../hub/start-hub.ts";

export const PROVISION = [
  'run-name: "seed ${{ inputs.database }}: ${{ inputs.reason }}"',
  "on: { workflow_dispatch: { inputs: { database: { required: true }, reason: { default: '' } } } }",
  "jobs: {}",
  "",
].join("\n");

export interface MainWorld {
  github: GitHub;
  hub: Hub;
  /** Replaces the bot by a new process, which remembers nothing. */
  restart(): Promise<void>;
  ports: MainPorts;
  people: Record<"ada" | "grace" | "lin" | "eve" | "root", Person>;
  /** Lets the bot reconcile main once. */
  reconcile(): Promise<MainReport>;
  /** Opens and merges a pull request with green checks and a DBA's review. */
  merge(options: MergeOptions): Promise<number>;
  show(path: string): Promise<string | null>;
  /** The commits of main, newest first, as `author: subject`. */
  history(): Promise<string[]>;
  comments(number: number): string[];
  logged: string[];
  close(): Promise<void>;
}

export interface MergeOptions {
  branch: string;
  edits: Edits;
  method?: "squash" | "merge";
  /** Whether the bot's approval check is green; default: true. */
  approved?: boolean;
  by?: Person;
  /** Runs between the checks and the merge. */
  beforeMerge?: (head: string) => Promise<void>;
}

export interface SigningPair {
  privateKey: KeyObject;
  publicKey: string;
}

export function makeSigningPair(): SigningPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey, publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64") };
}

export interface SettingsOptions {
  keys: { id: string; publicKey: string }[];
  base?: string;
  source?: string;
}

/** The settings of the repository; `source` is additional YAML for hr-prod. */
export function settingsText({ keys, base = "6", source = "" }: SettingsOptions): string {
  const rows = keys.map(({ id, publicKey }) => `{ id: ${id}, public_key: "${publicKey}" }`);
  return `version: 1
platform: { teams: [acme/platform] }
approval: { keys: [${rows.join(", ")}], expires_days: 14 }
sources:
  hr-prod:
    dba: { teams: [acme/dba] }
    reseed: { users: [ada] }
    ssh: { host: db1, port: 22, user: dump, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl" }
    listener: { host: 127.0.0.1, port: 1521 }
    service_name: HRPDB
    directory: SEEDBED_DIR
    environment: source-hr-prod
    runner: { group: seedbed }
    schemas: [HR, OE]
${source}
registries: { seeds: { repository: registry.example/dev } }
bases: { free-26ai: { image: "registry.example/base/free@sha256:${base.repeat(64)}", platform: linux/amd64, profile: gvenzl-free } }
clusters: { rke-dev: { fleet_cluster: rke-dev, projects: { dev-databases: "c-m-1:p-1" }, secrets: { kind: existing } } }
`;
}

/** The example request, optionally with another database name. */
export async function exampleRequest(database = "hr"): Promise<Edits> {
  const folder = new URL("../../../environments/hr/", import.meta.url);
  const [config, mask] = await Promise.all([
    readFile(new URL("database_config.yaml", folder), "utf8"),
    readFile(new URL("scripts/mask.sql", folder), "utf8"),
  ]);
  return {
    // Without its refresh, which would be due on some days of the week only.
    [`environments/${database}/database_config.yaml`]: config.replace(/^ {2}refresh:\n(?: {4}.*\n)+/m, ""),
    [`environments/${database}/scripts/mask.sql`]: mask,
  };
}

export async function startMainWorld(settings: Partial<SettingsOptions> = {}): Promise<MainWorld> {
  const pair = makeSigningPair();
  const keys = [{ id: "k1", publicKey: pair.publicKey }];
  const { github, hub, reopen, close } = await startHub({
    users: [
      { login: "ada", id: 1, role: "write" },
      { login: "grace", id: 2, role: "write" },
      { login: "lin", id: 3, role: "write" },
      { login: "eve", id: 4, role: "write" },
      { login: "root", id: 5, role: "admin" },
    ],
    teams: { dba: ["grace", "lin"], platform: ["root"] },
    files: {
      "README.md": "databases\n",
      ".github/seedbed.yml": settingsText({ keys, ...settings }),
      ".github/workflows/provision.yml": PROVISION,
    },
  });
  const logged: string[] = [];
  const log = { info: (text: string) => void logged.push(text), warn: (text: string) => void logged.push(text) };
  const ports: MainPorts = { signingKey: { id: "k1", privateKey: pair.privateKey }, memory: createMemory(), log };
  const people = {
    ada: person(github, "ada"),
    grace: person(github, "grace"),
    lin: person(github, "lin"),
    eve: person(github, "eve"),
    root: person(github, "root"),
  };
  const world: MainWorld = {
    github,
    hub,
    ports,
    people,
    logged,
    close,
    restart: async () => {
      world.hub = await reopen();
      ports.memory = createMemory();
    },
    reconcile: () => new MainReconciler(world.hub, ports).run(),
    merge: (options) => merge(world, options),
    show: (path) => github.state.git.git(["show", `refs/heads/main:${path}`]).catch(() => null),
    history: async () =>
      (await github.state.git.git(["log", "--format=%an: %s", "refs/heads/main"])).trim().split("\n"),
    comments: (number) => github.state.comments.filter(({ issue }) => issue === number).map(({ body }) => body),
  };
  return world;
}

async function merge(world: MainWorld, options: MergeOptions): Promise<number> {
  const { branch, edits, method = "squash", approved = true } = options;
  const { grace } = world.people;
  const author = options.by ?? world.people.ada;
  const pushed = await author.push({ branch, edits });
  if (!pushed.pushed) throw new Error(pushed.text);
  const number = await author.openPull(branch, `Change ${branch}`);
  const head = (await world.hub.pulls.get(number)).head.sha;
  await world.hub.pulls.writeComment(number, `${STICKY_MARKER}\nbefore the merge\n`);
  await writeCheck(world, { head, name: CHECKS.render, green: true });
  world.github.clock.step(1000);
  const review = await grace.review(number, "APPROVE");
  if (review.status !== 200) throw new Error(JSON.stringify(review.json));
  await writeCheck(world, { head, name: CHECKS.approval, green: approved });
  await options.beforeMerge?.(head);
  const merged = await world.people.ada.merge(number, method);
  if (merged.status !== 200) throw new Error(JSON.stringify(merged.json));
  return number;
}

interface CheckToWrite {
  head: string;
  name: string;
  green: boolean;
}

/** A check as the bot writes it, whatever it would decide; the approval check says what it covers. */
export async function writeCheck(world: MainWorld, { head, name, green }: CheckToWrite): Promise<void> {
  const conclusion = green ? ("success" as const) : ("failure" as const);
  const check = { name, conclusion, externalId: name, title: name, summary: name, annotations: [] };
  const text = name === CHECKS.approval ? await recordOf(world, head) : "";
  await world.hub.checks.write(head, { ...check, text });
}

async function recordOf({ hub, github }: MainWorld, head: string): Promise<string> {
  const main = (await hub.git.head("main"))!;
  const [before, after] = [await hub.git.mergeBase(main, head), head].map((sha) => hub.git.treeAt(sha));
  const pull = (await hub.pulls.ofCommit(head))[0]!;
  const pushes = await hub.pulls.pushesSince(pull.head.branch, 0);
  const reviews = github.state.reviews.filter((review) => review.commit === head);
  return renderRecord({
    changes: changesBetween(await readEntries(await before!), await readEntries(await after!)),
    heads: [head],
    updates: [],
    pushers: pushes.map(({ actor }) => actor),
    reviews: reviews.map(({ id }) => ({ id: String(id), head })),
  })!;
}
