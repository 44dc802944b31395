import { describe, expect, test } from "vitest";
import { checkRules } from "../../../../bot/decide/pull/check-rules.ts";
import { parseCommand } from "../../../../bot/decide/pull/commands.ts";
import { findRequirements } from "../../../../bot/decide/pull/find-requirements.ts";
import { isWritten, decidePull } from "../../../../bot/decide/pull/decide-pull.ts";
import { COMMENT_LIMIT, fitComment } from "../../../../bot/decide/pull/sticky.ts";
import { inlineCode, plainText } from "../../../../src/text/markdown.ts";
import { APP_ID, buildState, exampleFiles, gateOf, HEAD, readExample } from "./build-state.ts";
import { commitBy, personOf } from "./people.ts";
import { writeOutputs } from "./write-outputs.ts";

const SETTINGS = readExample("test/fixtures/settings.yml");

const CONFIG = "environments/hr/database_config.yaml";

describe("commands are a closed grammar", () => {
  test.each([
    ["/seedbed help", { name: "help" }],
    ["/seedbed", { name: "help" }],
    ["  /seedbed   adopt \n", { name: "adopt", commit: null }],
    ["/seedbed validate", { name: "validate" }],
    [`/seedbed adopt ${HEAD}`, { name: "adopt", commit: HEAD }],
    [`/seedbed adopt ${HEAD.slice(0, 12)}`, { name: "unknown", text: `adopt ${HEAD.slice(0, 12)}` }],
    [`/seedbed validate ${HEAD}`, { name: "unknown", text: `validate ${HEAD}` }],
    [`/seedbed ${HEAD}`, { name: "unknown", text: HEAD }],
    ["/seedbed adopt hr", { name: "unknown", text: "adopt hr" }],
    ["/seedbed adopt\nand more", { name: "unknown", text: "adopt\nand more" }],
    ["/seedbed $(id)", { name: "unknown", text: "$(id)" }],
    ["/seedbed ADOPT", { name: "unknown", text: "ADOPT" }],
    ["/seedbeds adopt", null],
    ["please /seedbed adopt", null],
    ["> /seedbed adopt", null],
    ["", null],
  ])("%j", (body, expected) => {
    expect(parseCommand(body)).toEqual(expected);
  });
});

describe("comments stay within GitHub's limit", () => {
  test("the longest fold is shortened first, and says how many lines are missing", () => {
    const fold = (title: string, count: number) => ({
      title,
      open: "",
      lines: Array.from({ length: count }, () => "x".repeat(99)),
      close: "",
    });
    const text = fitComment("visible", [fold("short", 10), fold("long", 5000)]);
    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text).toContain("more lines omitted");
    expect(text.split("x".repeat(99)).length).toBeGreaterThan(150);
    expect(fitComment("v".repeat(100_000), []).length).toBeLessThanOrEqual(COMMENT_LIMIT);
  });

  test("a pull request with 100 databases still has one comment that fits", async () => {
    const text = readExample(CONFIG);
    const names = Array.from({ length: 100 }, (_, index) => `hr-${String(index).padStart(3, "0")}`);
    const head = Object.fromEntries(
      names.flatMap((name) => [
        [`environments/${name}/database_config.yaml`, text],
        [`environments/${name}/scripts/mask.sql`, readExample("environments/hr/scripts/mask.sql")],
      ]),
    );
    const outputs = decidePull(await buildState({ head }));
    expect(outputs.comment!.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(outputs.comment).toContain("100 databases");
    expect(outputs.commit!.write.length).toBeGreaterThan(500);
    for (const { summary } of outputs.checks) expect(summary.length).toBeLessThanOrEqual(65_535);
  });
});

describe("text written by people is escaped", () => {
  test.each([
    ["a|b", "`a\\|b`"],
    ["`", "`` ` ``"],
    ["a``b", "```a``b```"],
    ["", "(empty)"],
  ])("%j as code", (text, code) => {
    expect(inlineCode(text)).toBe(code);
  });

  test("mentions and HTML tags have no effect", () => {
    expect(plainText("@acme/everyone <img src=x>")).toBe("@\u200bacme/everyone &#60;img src=x&#62;");
  });
});

describe("branch rules that make the checks binding", () => {
  const SQUASH = { required_approving_review_count: 1, allowed_merge_methods: ["squash"] };
  const pull = (parameters: object = {}) => ({ type: "pull_request", parameters: { ...SQUASH, ...parameters } });
  const checks = (parameters: object = {}, id = APP_ID) => ({
    type: "required_status_checks",
    parameters: {
      strict_required_status_checks_policy: true,
      required_status_checks: ["validate", "render", "dba-approval"].map((name) => ({
        context: `seedbed/${name}`,
        integration_id: id,
      })),
      ...parameters,
    },
  });
  const queue = (merge_method: string) => ({ type: "merge_queue", parameters: { merge_method } });
  const loose = { strict_required_status_checks_policy: false };
  const all = { allowed_merge_methods: ["merge", "squash", "rebase"] };
  test.each<[string, object[], RegExp[]]>([
    ["all of them", [pull(), checks()], []],
    ["the shipped ruleset", shippedRules(), []],
    ["a merge queue", [pull(all), checks(loose), queue("SQUASH")], []],
    ["a merge queue that makes merge commits", [pull(all), checks(loose), queue("MERGE")], []],
    ["a merge queue that rebases", [pull(), checks(), queue("REBASE")], [/rebases/]],
    ["none", [], [/a pull request/, /approving/, /not required/, /Neither/, /Other merges/]],
    ["checks of another App", [pull(), checks({}, 8)], [/not required/, /Neither/]],
    [
      "checks of any App",
      [pull(), checks({ required_status_checks: [{ context: "seedbed/validate" }] })],
      [/not req/, /Nei/],
    ],
    ["branches behind main", [pull(), checks(loose)], [/Neither a merge queue nor up-to-date/]],
    ["strict for checks of others only", [pull(), checks(loose), checks({ required_status_checks: [] })], [/Neither/]],
    ["merge commits", [pull({ allowed_merge_methods: ["merge", "squash"] }), checks()], [/Other merges than squash/]],
    ["every way to merge", [pull({ allowed_merge_methods: undefined }), checks()], [/Other merges than squash/]],
    ["no reviews", [pull({ required_approving_review_count: 0 }), checks()], [/approving review/]],
    [
      "two rulesets together",
      [pull({ ...all, required_approving_review_count: 2 }), pull(), checks(loose), checks()],
      [],
    ],
    ["stale reviews dismissed by GitHub too", [pull({ dismiss_stale_reviews_on_push: true }), checks()], []],
  ])("%s", (_name, rules, wrong) => {
    const found = checkRules(rules as never, APP_ID);
    expect(found).toHaveLength(wrong.length);
    for (const [index, sentence] of found.entries()) expect(sentence).toMatch(wrong[index]!);
  });
});

function shippedRules(): object[] {
  const text = readExample("src/templates/ruleset.json").replaceAll('"SEEDBED_APP_ID"', String(APP_ID));
  return (JSON.parse(text) as { rules: object[] }).rules.map((rule) => ({ parameters: {}, ...rule }));
}

async function renderedFiles(): Promise<Record<string, string>> {
  const { commit } = decidePull(await buildState({ head: exampleFiles() }));
  return { ...exampleFiles(), ...Object.fromEntries(commit!.write.map(({ path, text }) => [path, text])) };
}

describe("what the bot pushes", () => {
  test("stops after three commits of its own in a row and says what to run instead", async () => {
    const state = await buildState({ head: exampleFiles() });
    const bot = personOf("900000007", "seedbed[bot]", "Bot");
    const commits = ["1", "2", "3"].map((digit) => commitBy(bot, digit.repeat(40)));
    const outputs = decidePull({ ...state, commits });
    expect(outputs.commit).toBeNull();
    expect(outputs.checks[1]).toMatchObject({ conclusion: "failure" });
    expect(outputs.checks[1]!.summary).toContain("seedbed render hr");
  });

  test("names the databases whose files it writes, and no others", async () => {
    const rendered = await renderedFiles();
    const config = exampleFiles()["environments/hr/database_config.yaml"]!;
    const crm = {
      "environments/crm/database_config.yaml": config,
      "environments/crm/scripts/mask.sql": readExample("environments/hr/scripts/mask.sql"),
    };
    const { commit, comment } = decidePull(await buildState({ head: { ...rendered, ...crm } }));
    expect(commit!.message.split("\n")[0]).toBe("Render crm");
    expect(comment).toContain("<summary>Manifests of <code>crm</code> (");
    expect(comment).not.toMatch(/<summary>[^<]*`/);
  });

  test("only changes approval, lock and manifests, and fixes executable and unexpected files there", async () => {
    const first = decidePull(await buildState({ head: exampleFiles() })).commit!;
    const files = Object.fromEntries(first.write.map(({ path, text }) => [path, text]));
    const [some] = Object.keys(files);
    const head = {
      ...exampleFiles(),
      ...files,
      "environments/hr/manifests/evil.yaml": "a: 1\n",
      "environments/hr/approval.yaml": "x\n",
    };
    const { commit } = decidePull(await buildState({ head, modes: { [some!]: "100755" } }));
    expect(commit!.write.map(({ path }) => path)).toEqual([some]);
    expect(commit!.remove).toEqual(["environments/hr/approval.yaml", "environments/hr/manifests/evil.yaml"]);
    for (const path of [...Object.keys(files), ...commit!.remove])
      expect(path).toMatch(/^environments\/hr\/(?:approval\.yaml|seed\.lock\.yaml|manifests\/[^/]+)$/);
  });

  test("is nothing after a review that counts: settings that change on main meanwhile are rendered on main", async () => {
    const files = await renderedFiles();
    const plain = await buildState({ head: files });
    const rendered = writeOutputs(plain, decidePull(plain), "2026-11-22T12:00:00Z");
    const settings = rendered.settings.settings!;
    const image = `registry.example/base/free@sha256:${"1".repeat(64)}`;
    const bases = { ...settings.bases, "free-26ai": { ...settings.bases["free-26ai"]!, image } };
    const projects = { "dev-databases": "c-m-9:p-9" };
    const clusters = { ...settings.clusters, "rke-dev": { ...settings.clusters["rke-dev"]!, projects } };
    const moved = { ...rendered, settings: { ...rendered.settings, settings: { ...settings, bases, clusters } } };
    expect(decidePull(moved).commit).not.toBeNull();
    const review = {
      id: "9",
      user: { id: "2", login: "grace", type: "User" },
      state: "APPROVED" as const,
      commit: HEAD,
    };
    const reviewed = { ...moved, reviews: [{ ...review, submittedAt: "2026-11-22T12:05:00Z" }] };
    const outputs = decidePull(reviewed);
    expect(outputs.commit).toBeNull();
    expect(outputs.checks.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "success"]);
    expect(isWritten(reviewed, outputs.checks[1]!)).toBe(true);
  });

  test("is not approved if the pull request targets a branch other than main", async () => {
    const state = await buildState({ head: await renderedFiles() });
    const other = { ...state, pull: { ...state.pull, base: { ...state.pull.base, branch: "release" } } };
    expect(decidePull(other).checks[2]!.summary).toContain("approvals only count for main");
  });

  test("removes the manifests of a removed request, which needs the approval of its DBAs", async () => {
    const first = decidePull(await buildState({ head: exampleFiles() })).commit!;
    const manifests = Object.fromEntries(first.write.map(({ path, text }) => [path, text]));
    const other = Object.fromEntries(
      Object.entries(manifests).map(([path, text]) => [path.replace("/hr/", "/crm/"), text]),
    );
    const state = await buildState({
      base: { ...exampleFiles(), ...manifests, ...other },
      head: { ...manifests, ...other },
    });
    const outputs = decidePull(state);
    expect(outputs.commit!.remove).toEqual(Object.keys(manifests).toSorted());
    expect(outputs.comment).toContain("`hr` will be retired");
    expect(outputs.checks.map(({ conclusion }) => conclusion)).toEqual(["success", "failure", "action_required"]);
    const last = decidePull(await buildState({ base: { ...exampleFiles(), ...manifests }, head: manifests }));
    expect(last.checks[0]!.summary).toContain("the last folder");
  });
});

describe("pull requests that are not about databases", () => {
  test("get three green checks and no comment", async () => {
    const outputs = decidePull(await buildState({ head: { "environments/README.md": "words\n" } }));
    expect(outputs.checks.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "success"]);
    expect([outputs.comment, outputs.commit, outputs.requestTeams]).toEqual([null, null, []]);
  });

  test("a change in .github needs the platform team, and a changed source also needs its DBAs", async () => {
    const workflow = await buildState({ head: { ".github/workflows/x.yml": "on: push\n" } });
    expect(decidePull(workflow).checks[2]).toMatchObject({ conclusion: "action_required" });
    expect(decidePull(workflow).requestTeams).toEqual(["acme/platform"]);
    // GitHub's code review assignment has replaced the team by one of its members.
    const assigned = { ...workflow, pull: { ...workflow.pull, requestedUsers: ["root"] } };
    expect(decidePull(assigned).requestTeams).toEqual([]);
    const settings = SETTINGS.replace("service_name: HRPDB", "service_name: OTHER");
    const changed = decidePull(await buildState({ head: { ".github/seedbed.yml": settings } }));
    expect(changed.requestTeams).toEqual(["acme/dba", "acme/platform"]);
    const broken = decidePull(await buildState({ head: { ".github/seedbed.yml": "version: 2\n" } }));
    expect(broken.checks.map(({ conclusion }) => conclusion)).toEqual(["failure", "success", "action_required"]);
  });
});

test("a database can be removed by its source's DBAs also when the settings have lost its cluster", async () => {
  const path = "environments/hr/database_config.yaml";
  const files = exampleFiles();
  const text = files[path]!.replace("cluster: rke-dev", "cluster: rke-old");
  expect(text).not.toBe(files[path]);
  const other = { "environments/oe/manifests/fleet.yaml": "x: 1\n" };
  const state = await buildState({ base: { ...files, ...other, [path]: text }, head: other });
  expect(findRequirements(gateOf(state))).toMatchObject([{ key: "source:hr-prod", unknown: null }]);
  expect(decidePull(state).checks[0]).toMatchObject({ conclusion: "success" });
});

test("a login of the settings that GitHub does not know is named, and nobody is told to wait for it", async () => {
  const state = await buildState({ head: await renderedFiles() });
  const { settings } = state.settings;
  const source = settings!.sources["hr-prod"]!;
  const ask = (dba: typeof source.dba, approvers: typeof state.approvers) => {
    const sources = { ...settings!.sources, "hr-prod": { ...source, dba } };
    const changed = { ...state.settings, settings: { ...settings!, sources } };
    return decidePull({ ...state, settings: changed, approvers });
  };
  const grace = [{ id: "2", login: "grace" }];
  const some = ask({ teams: [], users: ["Grace", "old-lin"], required: 1 }, { "source:hr-prod": grace });
  expect(some.checks[2]!.summary).toContain(
    "- ⚠️ GitHub does not know the login `old-lin`: nobody has to wait for it.",
  );
  expect(some.checks[2]!.summary).toContain("To do: one of @Grace (@grace) approves the current commit.");
  expect(some.comment).not.toContain("old-lin");
  const none = ask({ teams: [], users: ["old-lin"], required: 1 }, { "source:hr-prod": [] });
  expect(none.checks[2]!.summary).toContain("- ❌ Nobody is left who may approve.");
});

test("a database whose source has left the settings is removed with the platform team's approval, and only removed", async () => {
  const files = exampleFiles();
  const path = "environments/hr/database_config.yaml";
  const text = files[path]!.replace("name: hr-prod", "name: old-prod");
  const other = { "environments/oe/manifests/fleet.yaml": "x: 1\n" };
  const removed = await buildState({ base: { ...files, ...other, [path]: text }, head: other });
  const [requirement, ...others] = findRequirements(gateOf(removed));
  expect(others).toEqual([]);
  expect(requirement).toMatchObject({ people: { teams: ["acme/platform"] }, required: 1, unknown: null });
  expect(requirement?.subject).toBe("the removal of `hr`, whose source is not in the settings on main");
  expect(decidePull(removed).checks[0]).toMatchObject({ conclusion: "success" });
  const changed = await buildState({ base: files, head: { ...files, [path]: text } });
  expect(findRequirements(gateOf(changed)).map(({ unknown }) => unknown)).not.toContain(null);
  const partly = await buildState({
    base: { ...files, [path]: text },
    head: { "environments/hr/scripts/mask.sql": "" },
  });
  expect(findRequirements(gateOf(partly)).map(({ unknown }) => unknown)).not.toContain(null);
});

test("a request is not asked for connection values because main's settings are broken", async () => {
  const state = await buildState({ head: exampleFiles() });
  const { after } = gateOf({ ...state, settings: { ...state.settings, settings: null } });
  expect(after["hr"]?.request).toMatchObject({ ok: true });
});

test("a request that writes its source out, as the policy may allow, is not said to have errors", async () => {
  const state = gateOf(await buildState({ head: exampleFiles() }));
  const { hr } = state.after;
  if (hr?.request?.ok !== true) throw new Error("the example is valid");
  const { name: _name, ...source } = hr.request.value.source_database;
  const value = { ...hr.request.value, source_database: source };
  const after = { hr: { ...hr, request: { ...hr.request, value } } };
  const [requirement] = findRequirements({ ...state, after });
  expect(requirement?.unknown).toBe("the request names no source of the settings");
});
