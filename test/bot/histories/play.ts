import { reconcileMergeGroup, listMergeGroups } from "../../../bot/reconcile/merge-group.ts";
import { createMemory } from "../../../bot/observe/main/main-memory.ts";
import { MainReconciler } from "../../../bot/reconcile/main-reconciler.ts";
import { reconcilePull } from "../../../bot/reconcile/pull.ts";
import { reconcilePushesWith } from "../../../bot/reconcile/pushes.ts";
import { MOST_WAITS } from "../../../bot/reconcile/queue.ts";
import { person } from "../../world/github/person.ts";
import { afterRefUpdate } from "../../world/github/pushes.ts";
import { noreply } from "../../world/github/state.ts";
import { randomFrom } from "../../random.ts";
import { judgeHere } from "../call-here.ts";
import { startHub, type HubWorld } from "../hub/start-hub.ts";
import { exampleRequest, makeSigningPair, PROVISION, settingsText } from "../main/main-world.ts";

export const PEOPLE = ["ada", "bob", "grace", "lin", "root"] as const;
export type Login = (typeof PEOPLE)[number];

const CONFIG = "environments/hr/database_config.yaml";
const MASK = "environments/hr/scripts/mask.sql";
const MANIFEST = "environments/hr/manifests/fleet.yaml";
const LOCK = "environments/hr/seed.lock.yaml";
const WORKFLOW = ".github/workflows/ci.yml";
const DRAFT = "drafts/ci.yml";
const LINES = Array.from({ length: 20 }, (_, index) => `# line ${index}\n`).join("");

/** Which rules protect main: the shipped ones, those of earlier times, or a merge queue that makes merge commits. */
export type Rules = "shipped" | "older" | "queue";

/** What the page of a pull request showed to somebody who approved it, by path: the blob before and after. */
export interface Shown {
  pull: number;
  by: Login;
  head: string;
  paths: Map<string, [string, string]>;
}

type Texts = Record<string, string[]>;

/** People who push, rename, revert, merge and approve at random; the bot looks when it looks. */
export class Play {
  readonly world: HubWorld;
  readonly shown: Shown[] = [];
  readonly log: string[] = [];
  private readonly random: () => number;
  private readonly rules: Rules;
  private readonly texts: Texts;
  private readonly key: ReturnType<typeof makeSigningPair>["privateKey"];
  private readonly memory = createMemory();
  private readonly judge = judgeHere();
  private readonly audit = reconcilePushesWith({ warn: () => undefined });
  private readonly commits: string[] = [];

  private constructor(
    world: HubWorld,
    { seed, rules, texts, key }: { seed: number; rules: Rules; texts: Texts; key: Play["key"] },
  ) {
    this.world = world;
    this.random = randomFrom(seed);
    this.rules = rules;
    this.texts = texts;
    this.key = key;
  }

  static async start(seed: number, rules: Rules): Promise<Play> {
    const pair = makeSigningPair();
    const request = await exampleRequest();
    const [config = "", mask = ""] = [CONFIG, MASK].map((path) => String(request[path]));
    const texts: Texts = {
      [CONFIG]: [
        config,
        config.replace("size: 20Gi", "size: 30Gi"),
        config.replace("open_cursors: 500", "open_cursors: 600"),
      ],
      [MASK]: [mask, `${mask}-- one\n`, `${mask}-- two\n`],
      [WORKFLOW]: [LINES, `${LINES}on: push\n`, `on: workflow_dispatch\n${LINES}`],
      [DRAFT]: [LINES, `${LINES}# draft\n`, `# another\n${LINES}`],
      [MANIFEST]: ["kind: Secret\n"],
      [LOCK]: ["version: 1\n"],
      "docs/a.md": ["a\n", "b\n", "c\n"],
    };
    const keys = [{ id: "k1", publicKey: pair.publicKey }];
    const world = await startHub({
      users: PEOPLE.map((login, index) => ({ login, id: index + 1, role: login === "root" ? "admin" : "write" })),
      teams: { dba: ["grace", "lin"], platform: ["root"] },
      rules: rulesOf(rules),
      files: {
        "docs/a.md": "a\n",
        [DRAFT]: LINES,
        ".github/seedbed.yml": settingsText({ keys }),
        ".github/workflows/provision.yml": PROVISION,
      },
      limits: { hour: 1_000_000 },
    });
    const play = new Play(world, { seed, rules, texts, key: pair.privateKey });
    play.commits.push(await play.main());
    return play;
  }

  get state() {
    return this.world.github.state;
  }

  main(): Promise<string> {
    return this.state.git.resolve("refs/heads/main").then(String);
  }

  async step(): Promise<void> {
    this.world.github.clock.step(1000);
    const open = this.state.pulls.filter(({ state }) => state === "open").map(({ number }) => number);
    const actions: [number, () => Promise<string>][] = [
      [6, () => this.edit()],
      [2, () => this.rename()],
      [5, () => this.mergeIn()],
      [2, () => this.revert()],
      [2, () => this.reset()],
      [open.length < 4 ? 5 : 0, () => this.open()],
      [open.length > 0 ? 5 : 0, () => this.approve(this.pick(open))],
      [open.length > 0 ? 2 : 0, () => this.update(this.pick(open))],
      [open.length > 0 ? 8 : 0, () => this.look(this.pick(open))],
      [open.length > 0 ? 7 : 0, () => this.merge(this.pick(open))],
      [open.length > 0 ? 5 : 0, () => this.carry(this.pick(open))],
      [open.length > 0 ? 1 : 0, () => this.mergePastRules(this.pick(open))],
      [1, () => this.pushPastRules()],
      [2, () => this.lookAtMain()],
    ];
    let dice = this.random() * actions.reduce((sum, [weight]) => sum + weight, 0);
    const [, action] = actions.find(([weight]) => (dice -= weight) < 0) ?? actions[0]!;
    this.log.push(await action());
  }

  /** Everything that the bot would do by and by. */
  async finish(): Promise<void> {
    this.world.github.clock.step(1000);
    for (const { number, state } of this.state.pulls) if (state === "open") await this.look(number);
    await this.lookAtMain();
  }

  private pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)]!;
  }

  private async branches(): Promise<[string, string][]> {
    return [...(await this.state.git.refs())].filter(([ref]) => ref.startsWith("refs/heads/b"));
  }

  /** An existing branch or a new one, with the commit that comes next on it. */
  private async place(): Promise<{ ref: string; before: string | null; at: string }> {
    const there = await this.branches();
    if (there.length > 3 || (there.length > 0 && this.random() < 0.6)) {
      const [ref, sha] = this.pick(there);
      return { ref, before: sha, at: sha };
    }
    const at = this.random() < 0.5 ? await this.main() : this.pick(this.commits);
    return { ref: `refs/heads/b${this.commits.length}`, before: null, at };
  }

  private account(login: Login) {
    return this.state.users.get(login)!;
  }

  private async push(
    login: Login,
    { ref, before }: { ref: string; before: string | null },
    sha: string,
  ): Promise<boolean> {
    if (!(await this.state.git.updateRef(ref, sha, before))) return false;
    this.commits.push(sha);
    await afterRefUpdate(this.state, { ref, before, after: sha, actor: this.account(login) });
    return true;
  }

  private write(login: Login, tree: string, parents: string[]): Promise<string> {
    const who = {
      ...noreply(this.account(login)),
      date: this.random() < 0.8 ? this.state.now() : this.pick(["2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"]),
    };
    return this.state.git.writeCommit({
      tree,
      parents,
      author: who,
      committer: who,
      message: `by ${login} ${this.commits.length}`,
    });
  }

  private async blobOf(path: string): Promise<string> {
    return this.state.git.writeBlob(Buffer.from(this.pick(this.texts[path]!)));
  }

  private async edit(): Promise<string> {
    const login = this.pick(PEOPLE);
    const place = await this.place();
    const paths = [this.pick(Object.keys(this.texts)), ...(this.random() < 0.5 ? [CONFIG, MASK] : [])];
    const edits = [];
    for (const path of new Set(paths))
      edits.push({ path, mode: "100644", sha: this.random() < 0.15 ? null : await this.blobOf(path) });
    const tree = await this.state.git.writeTree(`${place.at}^{tree}`, edits);
    await this.push(login, place, await this.write(login, tree, [place.at]));
    return `${login} edits ${paths.join(" ")} on ${place.ref}`;
  }

  private async rename(): Promise<string> {
    const login = this.pick(PEOPLE);
    const place = await this.place();
    const [from, to] = this.random() < 0.7 ? [DRAFT, WORKFLOW] : [WORKFLOW, DRAFT];
    const entry = (await this.state.git.tree(place.at, true)).find(({ path }) => path === from);
    if (entry === undefined) return "nothing to rename";
    const edits = [
      { path: from, mode: "100644", sha: null },
      { path: to, mode: "100644", sha: entry.sha },
    ];
    const tree = await this.state.git.writeTree(`${place.at}^{tree}`, edits);
    await this.push(login, place, await this.write(login, tree, [place.at]));
    return `${login} renames ${from} on ${place.ref}`;
  }

  /** A merge whose tree is git's, or one side's, whatever git would say; of main, of another branch, of an old commit, of several. */
  private async mergeIn(): Promise<string> {
    const login = this.pick(PEOPLE);
    const place = await this.place();
    const other = this.random() < 0.5 ? await this.main() : this.pick(this.commits);
    if (other === place.at) return "nothing to merge";
    const how = this.pick(["git", "git", "ours", "theirs"]);
    const { git } = this.state;
    const tree =
      how === "git"
        ? await git.mergeTree(place.at, other)
        : await git.resolve(`${how === "ours" ? place.at : other}^{tree}`);
    if (tree === null) return "a conflict";
    const more = this.random() < 0.1 ? [this.pick(this.commits)] : [];
    const parents = [...new Set([place.at, other, ...more])];
    await this.push(login, place, await this.write(login, tree, parents));
    return `${login} merges ${other.slice(0, 7)} (${how}) into ${place.ref}`;
  }

  private async revert(): Promise<string> {
    const login = this.pick(PEOPLE);
    const place = await this.place();
    const tree = await this.state.git.resolve(`${this.pick(this.commits)}^{tree}`);
    await this.push(login, place, await this.write(login, tree!, [place.at]));
    return `${login} gives ${place.ref} an old tree`;
  }

  private async reset(): Promise<string> {
    const login = this.pick(PEOPLE);
    const place = await this.place();
    const sha = this.pick(this.commits);
    if (sha === place.before) return "nothing to push";
    await this.push(login, place, sha);
    return `${login} points ${place.ref} at ${sha.slice(0, 7)}`;
  }

  private async open(): Promise<string> {
    const there = await this.branches();
    if (there.length === 0) return "no branch";
    const [ref] = this.pick(there);
    const login = this.pick(["ada", "bob", "grace"] as const);
    const branch = ref.slice("refs/heads/".length);
    const answer = await person(this.world.github, login).api("POST", "/pulls", {
      head: branch,
      base: "main",
      title: branch,
    });
    return `${login} opens ${branch}: ${answer.status}`;
  }

  private async approve(pull: number, login: Login = this.pick(["grace", "lin", "root", "bob"])): Promise<string> {
    const { headSha: head } = this.state.pulls.find(({ number }) => number === pull)!;
    const base = (await this.state.git.mergeBase(await this.main(), head)) ?? head;
    const paths = await this.difference(base, head);
    const { status } = await person(this.world.github, login).review(pull, "APPROVE");
    if (status === 200) this.shown.push({ pull, by: login, head, paths });
    return `${login} approves #${pull}: ${status}`;
  }

  /** Paths of Seedbed's that differ. */
  async difference(from: string, to: string): Promise<Map<string, [string, string]>> {
    const changes = (await this.state.git.changes(from, to)).filter(({ path }) =>
      /^(environments|\.github)\//.test(path),
    );
    return new Map(changes.map(({ path, before, after }) => [path, [before?.sha ?? "", after?.sha ?? ""]]));
  }

  private async update(pull: number): Promise<string> {
    const login = this.pick(PEOPLE);
    const { status } = await person(this.world.github, login).updateBranch(pull);
    return `${login} updates the branch of #${pull}: ${status}`;
  }

  private async look(pull: number): Promise<string> {
    for (let round = 0; round < 6; round += 1)
      if (
        (await reconcilePull(this.world.hub, pull, { judge: this.judge, waits: MOST_WAITS, judged: () => {} })) !==
        "again"
      )
        break;
    this.world.github.clock.step(1000);
    return `the bot looks at #${pull}`;
  }

  private async merge(pull: number): Promise<string> {
    const by = person(this.world.github, this.pick(PEOPLE));
    if (this.rules === "queue") return this.enqueue(pull, by);
    const { status } = await by.merge(
      pull,
      this.rules === "older" ? this.pick(["merge", "squash"] as const) : "squash",
    );
    return `${by.login} merges #${pull}: ${status}`;
  }

  /** As it goes with honest people: checked, updated, reviewed by those who are asked, merged. */
  private async carry(pull: number): Promise<string> {
    const parts = [await this.update(pull), await this.look(pull)];
    for (const login of ["grace", "root"] as const) parts.push(await this.approve(pull, login));
    parts.push(await this.look(pull), await this.merge(pull), await this.lookAtMain());
    return parts.join("; ");
  }

  private async enqueue(pull: number, by: ReturnType<typeof person>): Promise<string> {
    const why = await by.enqueue(pull);
    for (const head of await listMergeGroups(this.world.hub))
      await reconcileMergeGroup(this.world.hub, head, this.judge);
    await this.state.queue.refresh();
    return `${by.login} queues #${pull}: ${why ?? "yes"}`;
  }

  /** As an administrator may, whatever the checks say. */
  private async mergePastRules(pull: number): Promise<string> {
    const { ruleset } = this.state;
    const kept = ruleset.rules.splice(0);
    const { status } = await person(this.world.github, "root").merge(pull, this.pick(["merge", "squash"] as const));
    ruleset.rules.push(...kept);
    return `root merges #${pull} past the rules: ${status}`;
  }

  private async pushPastRules(): Promise<string> {
    const before = await this.main();
    const path = this.pick(Object.keys(this.texts));
    const tree = await this.state.git.writeTree(`${before}^{tree}`, [
      { path, mode: "100644", sha: await this.blobOf(path) },
    ]);
    await this.push("root", { ref: "refs/heads/main", before }, await this.write("root", tree, [before]));
    return `root pushes ${path} to main`;
  }

  private async lookAtMain(): Promise<string> {
    const log = { info: () => undefined, warn: () => undefined };
    const ports = { signingKey: { id: "k1", privateKey: this.key }, memory: this.memory, log };
    await new MainReconciler(this.world.hub, ports).run();
    await this.audit(this.world.hub);
    return "the bot looks at main";
  }
}

function rulesOf(rules: Rules) {
  const checks = ["validate", "render", "dba-approval"].map((name) => ({
    context: `seedbed/${name}`,
    integration_id: 7,
  }));
  const methods = rules === "shipped" ? ["squash"] : ["merge", "squash"];
  return [
    { type: "pull_request", parameters: { required_approving_review_count: 1, allowed_merge_methods: methods } },
    {
      type: "required_status_checks",
      parameters: { strict_required_status_checks_policy: rules === "shipped", required_status_checks: checks },
    },
    ...(rules === "queue"
      ? [{ type: "merge_queue", parameters: { merge_method: "MERGE", min_entries_to_merge: 1 } }]
      : []),
  ];
}
