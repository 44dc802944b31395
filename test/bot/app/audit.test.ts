import { createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bot } from "../../../bot/app.ts";
import { reconcileMainWith } from "../../../bot/reconcile/main.ts";
import { writePushRules } from "../../world/github/git/push-rules.ts";
import { person } from "../../world/github/person.ts";
import { exampleRequest, settle, startWorld, type BotWorld } from "./start-world.ts";

const ISSUE = "Seedbed: changes of main without an approval";

describe("updates of main that were no merges", () => {
  let world: BotWorld;
  let bot: Bot;
  beforeEach(async () => {
    world = await startWorld();
    // Owners of the organization may bypass the ruleset of this repository.
    await writePushRules(world.github.state.git.folder, {
      protectedRef: "refs/heads/main",
      bypass: ["seedbed[bot]", "root"],
      withoutWorkflows: ["seedbed[bot]"],
      writers: ["root", "ada", "grace", "lin", "bob", "seedbed[bot]"],
    });
    bot = await start();
  });
  afterEach(async () => {
    expect(world.github.calls.violations).toEqual([]);
    await world.close();
  });

  const start = () => {
    const signingKey = { id: "k1", privateKey: createPrivateKey(world.variables["SIGNING_KEY"]!) };
    const log = { info: () => undefined, warn: () => undefined };
    return world.start({ reconcileMain: reconcileMainWith({ signingKey, log }) });
  };
  const root = () => person(world.github, "root");
  const notes = () => {
    const issue = world.github.state.issues.find(({ title }) => title === ISSUE);
    return world.github.state.comments.filter(({ issue: number }) => number === issue?.number).map(({ body }) => body);
  };
  const warnings = () => world.lines.filter((line) => line.includes('"push past the rules"'));

  test("an administrator's push is reported once, also after a restart and by a second bot", async () => {
    const path = ".github/workflows/evil.yml";
    const before = (await world.github.state.git.resolve("refs/heads/main"))!;
    const { pushed, sha } = await root().push({ branch: "main", edits: { [path]: "on: push\n", ...exampleRequest() } });
    expect(pushed).toBe(true);
    await settle(world, bot);
    world.sweep();
    await settle(world, bot);
    await bot.close();
    bot = await start();
    const second = await start();
    await settle(world, bot);
    await settle(world, second);
    expect(notes()).toHaveLength(1);
    const [note = ""] = notes();
    expect(note).toContain(`@root pushed to \`main\` at ${world.github.state.activity.at(-1)!.timestamp}`);
    expect(note).toContain(
      `\`${before.slice(0, 7)}..${sha.slice(0, 7)}\` ([difference](../compare/${before}...${sha}))`,
    );
    for (const changed of [path, "environments/hr/database_config.yaml"]) expect(note).toContain(`- \`${changed}\`\n`);
    expect(note).toContain("can read the credentials of every source");
    expect(note).toContain("Nothing of this is approved or signed.");
    expect(warnings()).toHaveLength(1);
    expect(JSON.parse(warnings()[0]!)).toMatchObject({
      level: "warn",
      actor: "root",
      before,
      after: sha,
      kind: "push",
    });
    expect(await world.github.state.git.git(["ls-tree", "-r", "--name-only", "main"])).not.toContain("approval.yaml");
  });

  test("a force push, each push of several, and one while no bot was running", async () => {
    const old = (await world.github.state.git.resolve("refs/heads/main"))!;
    await root().push({ branch: "main", edits: { "README.md": "one\n" } });
    await settle(world, bot);
    await bot.close();
    await root().push({ branch: "main", edits: { "README.md": "two\n" }, from: old, force: true });
    await root().push({ branch: "main", edits: { "environments/x.txt": "three\n" } });
    bot = await start();
    await settle(world, bot);
    expect(notes().map((note) => /@root ([\w-]+) /.exec(note)![1])).toEqual(["pushed", "force-pushed", "pushed"]);
    expect(notes()[0]).toContain("It changed nothing in `environments/` and `.github/`.");
    expect(notes()[1]).toContain("`seedbed verify` shows whether locks and permits still fit");
  });

  test("a merged pull request and the bot's own commits are not", async () => {
    const ada = person(world.github, "ada");
    await ada.push({ branch: "add-hr", edits: exampleRequest() });
    const pull = await ada.openPull("add-hr", "Add hr");
    await settle(world, bot);
    world.clock.step(1000);
    await person(world.github, "grace").review(pull, "APPROVE");
    await settle(world, bot);
    expect((await ada.merge(pull)).status).toBe(200);
    await settle(world, bot);
    const own = world.github.state.activity.filter(({ ref }) => ref === "refs/heads/main");
    expect(own.map(({ type, actor }) => `${type} ${actor?.login}`)).toEqual(["pr_merge ada", "push seedbed[bot]"]);
    expect([notes(), warnings()]).toEqual([[], []]);
    expect(world.github.state.issues).toEqual([]);
  });

  test("hundreds of merges do not hide a push before them", async () => {
    await bot.close();
    await root().push({ branch: "main", edits: { "README.md": "one\n" } });
    const { activity, nextId } = world.github.state;
    const last = activity.at(-1)!;
    for (let count = 0; count < 250; count += 1)
      activity.push({ ...last, id: nextId(), before: last.after, type: "pr_merge" });
    bot = await start();
    await settle(world, bot);
    expect(notes()).toHaveLength(1);
  });
});

describe("the first pushes of a new repository", () => {
  test("bring the settings, and are not reported", async () => {
    const world = await startWorld();
    const { state } = world.github;
    const first = (await state.git.resolve("refs/heads/main"))!;
    const who = { name: "root", email: "100+root@users.noreply.github.com", date: state.now() };
    const sha = await state.git.writeBlob(Buffer.from("Nothing yet.\n"));
    const tree = await state.git.writeTree(null, [{ path: "README.md", mode: "100644", sha }]);
    const empty = await state.git.writeCommit({ tree, parents: [], author: who, committer: who, message: "Nothing" });
    const root = { ...state.users.get("root")!, type: "User" as const };
    const row = { ref: "refs/heads/main", actor: root, timestamp: state.now() };
    state.activity.push(
      { ...row, id: state.nextId(), before: "0".repeat(40), after: empty, type: "branch_creation" },
      { ...row, id: state.nextId(), before: empty, after: first, type: "push" },
    );
    const bot = await world.start();
    await settle(world, bot);
    expect(state.issues).toEqual([]);
    expect(world.github.calls.violations).toEqual([]);
    await world.close();
  });
});
