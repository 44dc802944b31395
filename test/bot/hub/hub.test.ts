import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckOutput } from "../../../bot/hub/checks.ts";
import { person } from "../../world/github/person.ts";
import { startHub, type HubWorld } from "./start-hub.ts";

describe("one repository through GitHub's REST API", () => {
  let world: HubWorld;
  beforeAll(async () => {
    world = await startHub();
  });
  afterAll(() => world.close());

  const main = async () => (await world.hub.git.head("main"))!;

  test("reads trees with modes, texts and links like git", async () => {
    const { github, hub } = world;
    const blob = await github.state.git.writeBlob(Buffer.from("../../etc"));
    const base = (await github.state.git.resolve("refs/heads/main^{tree}"))!;
    const tree = await github.state.git.writeTree(base, [
      { path: "environments/hr/scripts/link.sql", mode: "120000", sha: blob },
      { path: "environments/hr/scripts/mask.sql", mode: "100755", sha: blob },
    ]);
    const who = { name: "a", email: "a@example.org", date: github.state.now() };
    const commit = await github.state.git.writeCommit({
      tree,
      parents: [await main()],
      author: who,
      committer: who,
      message: "links",
    });
    const read = await hub.git.treeAt(commit);
    expect((await read.entries("environments")).map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      "100644 environments/hr/database_config.yaml",
      "120000 environments/hr/scripts/link.sql",
      "100755 environments/hr/scripts/mask.sql",
    ]);
    expect(await read.read("environments/hr/database_config.yaml")).toBe("owner: ada\n");
    expect(await read.read("environments/crm/database_config.yaml")).toBeNull();
    await expect(read.read("environments/hr/scripts/link.sql")).rejects.toThrow("is a symbolic link");
    const [facts] = await hub.git.history({ ref: commit, limit: 1 });
    expect(facts).toMatchObject({ author: null, committer: null, message: "links" });
  });

  test("commits on the expected head, reports when the branch moved, and survives a lost answer", async () => {
    const { github, hub } = world;
    await hub.git.createBranch("work", await main());
    await hub.git.createBranch("work", await main());
    const change = { branch: "work", message: "m", write: [{ path: "a.txt", text: "ä\n" }], remove: ["README.md"] };
    const before = await main();
    github.faults.next({ method: "PATCH", path: /git\/refs/, times: 1, status: 502, afterWrite: true });
    github.faults.next({ method: "POST", path: /git\/trees/, times: 1, status: 500 });
    const done = await hub.git.commitFiles({ ...change, expectedHead: before });
    expect(done).toEqual({ sha: await hub.git.head("work") });
    expect(await github.state.git.git(["show", "work:a.txt"])).toBe("ä\n");
    expect((await github.state.git.git(["ls-tree", "--name-only", "work"])).includes("README")).toBe(false);
    expect(await hub.git.commitFiles({ ...change, expectedHead: before })).toBe("moved");
    expect(await github.state.git.git(["rev-list", "--count", "main..work"])).toBe("1\n");
    expect(await hub.git.commitFiles({ ...change, branch: "gone", expectedHead: before })).toBe("moved");
    expect(await hub.git.branches("wo")).toEqual([{ name: "work", head: done === "moved" ? "" : done.sha }]);
    expect(await hub.git.branches("work/")).toEqual([]);
    expect(await hub.git.mergeBase("main", "work")).toBe(before);
    expect([await hub.git.isAncestor("main", "work"), await hub.git.isAncestor("work", "main")]).toEqual([true, false]);
    expect((await hub.git.history({ ref: "work", limit: 1 }))[0]!.author).toEqual({
      id: "900000007",
      login: "seedbed[bot]",
      type: "Bot",
    });
    await expect(
      hub.git.commitFiles({
        ...change,
        write: [{ path: ".github/workflows/x.yml", text: "on: push\n" }],
        expectedHead: (await hub.git.head("work"))!,
      }),
    ).rejects.toThrow("without `workflows` permission");
  });

  test("tells a refusal from a limit and from a fault of the server", async () => {
    const { github, hub } = world;
    const at = await main();
    const branch = { method: "POST", path: /git\/refs$/ };
    github.faults.next({ ...branch, times: 1, status: 403 });
    await expect(hub.git.createBranch("other", at)).rejects.toMatchObject({ code: "github-refused" });
    github.faults.next({ ...branch, times: 3, status: 502 });
    await expect(hub.git.createBranch("other", at)).rejects.toMatchObject({ status: 502 });
    github.faults.next({ method: "POST", path: /git\/trees$/, times: 5, status: 429 });
    const change = { branch: "work", message: "m", write: [{ path: "c.txt", text: "c\n" }], remove: [] };
    await expect(hub.git.commitFiles({ ...change, expectedHead: at })).rejects.toMatchObject({ status: 429 });
    github.clock.step(120_000);
  });

  test("writes checks with any number of annotations, completed by GitHub's clock, and only once if the answer is lost", async () => {
    const { github, hub } = world;
    const head = await main();
    const annotation = { path: "a.yaml", line: 3, column: 2, level: "failure" as const, title: "t", message: "m" };
    const check: CheckOutput = {
      name: "seedbed/validate",
      conclusion: "failure",
      externalId: "sha256:1",
      title: "120 errors",
      summary: "s",
      annotations: Array.from({ length: 120 }, (_, index) => ({ ...annotation, line: index + 1 })),
    };
    await hub.checks.write(head, check);
    expect(github.state.checkRuns[0]!.annotations.map(({ start_line }) => start_line)).toEqual(
      check.annotations.map(({ line }) => line),
    );
    github.faults.next({ method: "POST", path: /check-runs$/, times: 1, status: 502, afterWrite: true });
    const before = github.state.now();
    await hub.checks.write(head, { ...check, conclusion: "success", annotations: [], externalId: "sha256:2" });
    expect(github.state.checkRuns).toHaveLength(2);
    const [latest, ...others] = await hub.checks.list(head);
    expect(others).toEqual([]);
    expect(latest).toMatchObject({ name: "seedbed/validate", appId: 7, conclusion: "success", externalId: "sha256:2" });
    expect(latest!.completedAt).toBe(before);
  });

  test("a lost comment is looked for before it is written again", async () => {
    const { github, hub } = world;
    const ada = person(github, "ada");
    await ada.push({ branch: "pr", edits: { "b.txt": "b\n" } });
    const pull = await ada.openPull("pr", "A pull request");
    github.faults.next({ method: "POST", path: /comments$/, times: 1, status: 502, afterWrite: true });
    await hub.pulls.writeComment(pull, "one");
    for (let index = 0; index < 120; index += 1) await ada.comment(pull, `text ${index}`);
    const comments = await hub.pulls.comments(pull);
    expect(comments.filter(({ body }) => body === "one")).toMatchObject([
      { appId: 7, user: { login: "seedbed[bot]" } },
    ]);
    expect(comments).toHaveLength(121);
    await hub.pulls.updateComment(comments[0]!.id, "two");
    await hub.pulls.requestTeams(pull, ["acme/dba", "acme/nobody", "other/dba"]);
    await hub.pulls.requestTeams(pull, ["acme/dba"]);
    const facts = await hub.pulls.get(pull);
    expect(facts).toMatchObject({
      author: { id: "1", login: "ada", type: "User" },
      requestedTeams: ["dba"],
      requestedUsers: [],
      merged: false,
    });
    github.state.activity.push({
      ...github.state.activity.at(-1)!,
      type: "branch_deletion",
      actor: github.state.users.get("grace")!,
    });
    const pushes = await hub.pulls.pushesSince("pr", 0);
    expect(pushes.map(({ kind, actor }) => [kind, actor?.login])).toEqual([
      ["branch_deletion", "grace"],
      ["branch_creation", "ada"],
    ]);
    expect((await hub.pulls.open()).map(({ number }) => number)).toEqual([pull]);
    expect((await hub.pulls.ofCommit(facts.head.sha)).map(({ number }) => number)).toEqual([pull]);
    expect(await hub.pulls.files(pull)).toEqual([{ path: "b.txt", status: "added" }]);
    const moved = await ada.api("GET", `/contents/environments/hr/database_config.yaml`);
    const text = Buffer.from(String(moved.json["content"]), "base64").toString("utf8");
    await ada.push({ branch: "pr", edits: { "environments/hr/database_config.yaml": null, "archive/hr.yaml": text } });
    expect(await hub.pulls.files(pull)).toEqual([
      { path: "environments/hr/database_config.yaml", status: "removed" },
      { path: "archive/hr.yaml", status: "added" },
      { path: "b.txt", status: "added" },
    ]);
    expect((await hub.pulls.commits(pull)).map(({ author }) => author?.login)).toEqual(["ada", "ada"]);
  });

  test("waits for rate limits as GitHub asks and repeats reads after server errors, both a limited number of times", async () => {
    const { github, waits } = world;
    waits.length = 0;
    github.faults.next({ method: "GET", path: /git\/ref/, times: 1, status: 429, headers: { "retry-after": "7" } });
    github.faults.next({ method: "GET", path: /git\/ref/, times: 1, status: 503 });
    await main();
    expect(waits).toEqual([7000, 1000]);
    github.faults.next({ method: "GET", path: /git\/ref/, times: 1, status: 403, headers: { "retry-after": "3600" } });
    await expect(main()).rejects.toThrow("GitHub asks for a pause of 3600 s");
    github.clock.step(3_600_000);
    github.faults.next({ method: "GET", path: /git\/ref/, times: 9, status: 500 });
    await expect(main()).rejects.toThrow("injected");
    github.faults.next({ method: "GET", path: /git\/ref/, times: 1, status: 403 });
    await expect(main()).rejects.toThrow("injected");
  });

  test("starts although GitHub is broken for a moment, whatever it is asked for first", async () => {
    const { github } = world;
    for (const path of [/\/app$/, /\/installation$/, /\/repos\/acme\/databases$/])
      github.faults.next({ method: "GET", path, times: 2, status: 502 });
    expect((await world.reopen()).repository).toMatchObject({ id: "812345678", defaultBranch: "main" });
  });

  test("takes GitHub's time also from a server without rate limits, which answers 404", async () => {
    const { github, hub } = world;
    await main();
    github.clock.step(60_000);
    github.faults.next({ method: "GET", path: /rate_limit$/, times: 1, status: 404 });
    expect(await hub.gitHubTime()).toBe(Date.parse(github.state.now()));
    expect(github.calls.counts["GET /rate_limit"] ?? 0).toBeGreaterThan(0);
  });

  test("people, rules, issues and runs", async () => {
    const { github, hub } = world;
    expect(await hub.people.teamMembers("acme/dba")).toEqual([{ id: "2", login: "grace" }]);
    await expect(hub.people.teamMembers("acme/dbs")).rejects.toThrow("GitHub does not know the team acme/dbs");
    expect([await hub.people.permission("eve"), await hub.people.permission("nobody")]).toEqual(["read", "none"]);
    expect(await hub.people.user("grace")).toEqual({ id: "2", login: "grace", type: "User" });
    expect(await hub.people.branchRules("main")).toMatchObject([{ type: "pull_request" }]);
    github.faults.next({ method: "POST", path: /issues$/, times: 1, status: 502, afterWrite: true });
    const issue = await hub.issues.open("A title", "text");
    expect(await hub.issues.ours()).toEqual([{ number: issue, title: "A title" }]);
    github.faults.next({ method: "POST", path: /dispatches$/, times: 1, status: 502, afterWrite: true });
    const run = await hub.actions.dispatch({ database: "hr", reason: "new rows" });
    expect(github.runs.all.map(({ id }) => String(id))).toEqual([run]);
    expect(await hub.actions.run(run)).toMatchObject({
      title: "seed hr: new rows",
      repositoryId: "812345678",
      headBranch: "main",
    });
    expect(await hub.actions.run("1")).toBeNull();
    const recorded = { ...github.runs.all[0]!, event: "push" as const };
    for (let count = 0; count < 120; count += 1) github.runs.record(recorded, []);
    const listed = async (since: number) => (await hub.actions.provisionRuns({ since })).map(({ id }) => id);
    // A page is enough where nothing older is asked for, but a run that has not ended is never left out.
    expect(await listed(Infinity)).toHaveLength(101);
    expect(await listed(Infinity)).toContain(run);
    expect(new Set(await listed(0)).size).toBe(121);
    expect((await hub.actions.workflow())?.path).toBe(".github/workflows/provision.yml");
    expect(await hub.gitHubTime()).toBe(Date.parse(github.state.now()));
    await hub.actions.cancel(run);
    await hub.actions.cancel(run);
  });

  test("sends only requests that match GitHub's API description", () => {
    expect(world.github.calls.violations).toEqual([]);
  });
});
