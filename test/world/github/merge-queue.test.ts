import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person, type Person } from "./person.ts";
import { startSample } from "./start-sample.ts";

const RULE = { type: "merge_queue", parameters: { grouping_strategy: "ALLGREEN", merge_method: "MERGE" } };

let github: GitHub;
let ada: Person;
beforeEach(async () => {
  github = await startSample({
    rules: [
      {
        type: "required_status_checks",
        parameters: { required_status_checks: [{ context: "ci", integration_id: 7 }] },
      },
    ],
    files: { "a.txt": "a\n", "b.txt": "b\n" },
  });
  ada = person(github, "ada");
});
afterEach(() => github.close());

const main = () => github.state.git.resolve("refs/heads/main");

async function check(sha: string, conclusion: string): Promise<void> {
  const body = { name: "ci", head_sha: sha, status: "completed", conclusion, output: { title: "t", summary: "s" } };
  const response = await call("POST", "/check-runs", body);
  expect(response.status).toBe(201);
}

function call(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${github.url}/repos/acme/databases${path}`, {
    method,
    headers: { authorization: `token ${github.tokens.forInstallation()}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Opens a pull request with a green check on its head. */
async function open(branch: string, edits: Record<string, string>): Promise<number> {
  const { sha } = await ada.push({ branch, edits });
  const pull = await ada.openPull(branch, branch);
  await check(sha, "success");
  return pull;
}

async function groups(): Promise<{ ref: string; sha: string }[]> {
  const response = await call("GET", "/git/matching-refs/heads/gh-readonly-queue/main/");
  const found = (await response.json()) as { ref: string; object: { sha: string } }[];
  return found.map(({ ref, object }) => ({ ref, sha: object.sha }));
}

/** What the webhooks about groups said, oldest first. */
function told(): string[] {
  const sent = github.webhooks.deliveries.filter(({ event }) => event === "merge_group");
  return sent.map(({ body }) => {
    const { action, reason } = JSON.parse(body) as { action: string; reason?: string };
    return [action, reason].filter(Boolean).join(" ");
  });
}

describe("the merge queue of the simulated GitHub", () => {
  test("is off until the ruleset has it, and then the only way to main", async () => {
    const pull = await open("one", { "a.txt": "1\n" });
    expect(await ada.enqueue(pull)).toContain("not enabled");
    github.state.ruleset.rules.push(RULE);
    expect((await ada.merge(pull)).json["message"]).toContain("merge queue");
    expect(await person(github, "eve").enqueue(pull)).toContain("Must have write access");
    await ada.push({ branch: "red", edits: { "b.txt": "1\n" } });
    expect(await ada.enqueue(await ada.openPull("red", "red"))).toContain('"ci" is expected');
    expect(await ada.enqueue(pull)).toBeNull();
    const before = await main();
    const [group, ...others] = await groups();
    expect(others).toEqual([]);
    expect(group!.ref).toBe(`refs/heads/gh-readonly-queue/main/pr-${pull}-${before}`);
    expect((await github.state.git.commit(group!.sha)).parents).toEqual([before, github.state.pulls[0]!.headSha]);
    await check(group!.sha, "success");
    expect(await main()).toBe(group!.sha);
    expect(github.state.pulls[0]).toMatchObject({ state: "closed", mergeCommit: group!.sha });
    expect(await groups()).toEqual([]);
    expect(told()).toEqual(["checks_requested", "destroyed merged"]);
  });

  test("nobody pushes its branches, or that of a queued pull request", async () => {
    github.state.ruleset.rules.push(RULE);
    const pull = await open("one", { "a.txt": "1\n" });
    await ada.enqueue(pull);
    const [group] = await groups();
    const name = group!.ref.slice("refs/heads/".length);
    for (const branch of [name, "gh-readonly-queue/main/pr-9-x"])
      expect(await ada.push({ branch, edits: { "b.txt": "1\n" } })).toMatchObject({ pushed: false });
    const sha = github.state.pulls[0]!.headSha;
    expect((await ada.api("PATCH", `/git/${group!.ref}`, { sha, force: true })).status).toBe(422);
    expect((await ada.api("POST", "/git/refs", { ref: "refs/heads/gh-readonly-queue/main/x", sha })).status).toBe(422);
    const pushed = await ada.push({ branch: "one", edits: { "a.txt": "2\n" } });
    expect(pushed.text).toContain("has been added to a merge queue");
    const moved = await ada.api("PATCH", "/git/refs/heads/one", { sha: await main(), force: true });
    expect(moved.json["message"]).toContain("has been added to a merge queue");
    expect(await groups()).toEqual([group]);
    expect(await ada.dequeue(pull)).toBeNull();
    expect(await groups()).toEqual([]);
    expect(told()).toEqual(["checks_requested", "destroyed dequeued"]);
    expect(await ada.push({ branch: "one", edits: { "a.txt": "2\n" } })).toMatchObject({ pushed: true });
  });

  test("each group stands on the one ahead; what fails is dropped and what stood on it is built anew", async () => {
    github.state.ruleset.rules.push(RULE);
    const [one, two, three] = [
      await open("one", { "a.txt": "1\n" }),
      await open("two", { "b.txt": "1\n" }),
      await open("three", { "a.txt": "3\n" }),
    ];
    for (const pull of [one, two]) expect(await ada.enqueue(pull)).toBeNull();
    const before = await main();
    const first = await groups();
    expect(first[1]!.ref).toBe(`refs/heads/gh-readonly-queue/main/pr-${two}-${first[0]!.sha}`);
    expect(await ada.enqueue(three)).toBeNull();
    expect(github.state.mergesRefused.at(-1)).toEqual({
      pull: three,
      why: "Removed from the merge queue: MERGE_CONFLICT",
    });
    await check(first[1]!.sha, "success");
    expect(await main()).toBe(before);
    await check(first[0]!.sha, "failure");
    const [second] = await groups();
    expect(second!.ref).toBe(`refs/heads/gh-readonly-queue/main/pr-${two}-${before}`);
    expect(told().slice(2)).toEqual(["destroyed dequeued", "destroyed invalidated", "checks_requested"]);
    await check(second!.sha, "success");
    expect(await main()).toBe(second!.sha);
    expect(github.state.pulls.map(({ state }) => state)).toEqual(["open", "closed", "open"]);
  });

  test("asks for the last group's check alone where the ruleset says so", async () => {
    github.state.ruleset.rules.push({
      type: "merge_queue",
      parameters: { grouping_strategy: "HEADGREEN", merge_method: "SQUASH", min_entries_to_merge: 2 },
    });
    for (const [branch, file] of Object.entries({ one: "a.txt", two: "b.txt" }))
      expect(await ada.enqueue(await open(branch, { [file]: "1\n" }))).toBeNull();
    const [first, second] = await groups();
    await check(first!.sha, "failure");
    expect(await groups()).toHaveLength(2);
    await check(second!.sha, "success");
    expect(await main()).toBe(second!.sha);
    expect(github.state.pulls.map(({ mergeCommit }) => mergeCommit)).toEqual([first!.sha, second!.sha]);
  });

  test("a commit of the App on main invalidates every group", async () => {
    github.state.ruleset.rules.push(RULE);
    await ada.enqueue(await open("one", { "a.txt": "1\n" }));
    const { sha } = await ada.push({ branch: "bot", edits: { "c.txt": "c\n" } });
    expect((await call("PATCH", "/git/refs/heads/main", { sha, force: false })).status).toBe(200);
    expect((await groups())[0]!.ref).toContain(`-${sha}`);
    expect(told()).toEqual(["checks_requested", "destroyed invalidated", "checks_requested"]);
  });
});
