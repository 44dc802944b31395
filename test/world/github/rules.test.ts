import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person, type Person } from "./person.ts";
import { startSample } from "./start-sample.ts";

const CHECKS = {
  type: "required_status_checks",
  parameters: {
    strict_required_status_checks_policy: false,
    required_status_checks: [
      { context: "ci", integration_id: 7 },
      { context: "lint", integration_id: 7 },
    ],
  },
};

let github: GitHub;
let ada: Person;
beforeEach(async () => {
  github = await startSample({ files: { "a.txt": "a\n" } });
  ada = person(github, "ada");
});
afterEach(() => github.close());

const rule = (value: { type: string; parameters?: Record<string, unknown> }) => github.state.ruleset.rules.push(value);
const look = async (number: number) => (await ada.api("GET", `/pulls/${number}`)).json;

async function check(sha: string, name: string, conclusion = "success"): Promise<void> {
  const body = { name, head_sha: sha, status: "completed", conclusion, output: { title: "t", summary: "s" } };
  const response = await fetch(`${github.url}/repos/acme/databases/check-runs`, {
    method: "POST",
    headers: { authorization: `token ${github.tokens.forInstallation()}` },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
}

async function open(branch: string): Promise<{ number: number; head: string }> {
  const { sha } = await ada.push({ branch, edits: { [`${branch}.txt`]: "x\n" } });
  return { number: await ada.openPull(branch, branch), head: sha };
}

async function refusal(number: number, method: "merge" | "squash" = "squash"): Promise<string> {
  const answer = await ada.merge(number, method);
  expect(answer.status).toBe(405);
  return String(answer.json["message"]);
}

describe("the rules that the simulated GitHub applies to a merge", () => {
  // A green pull request that is behind its base, where the ruleset has `strict_required_status_checks_policy`:
  // "HTTP 405: 6 of 6 required status checks are expected.", https://github.com/RakuenSoftware/aimee/pull/2460; the same words at
  // https://github.com/b-open-io/prompts/pull/69. That it "must be up to date with the base branch before merging":
  // https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches#require-status-checks-before-merging
  test("strict checks: the head has to contain the base's tip, and only its own checks count", async () => {
    const { number, head } = await open("one");
    const other = await open("two");
    expect((await ada.merge(other.number)).status).toBe(200);
    rule({ ...CHECKS, parameters: { ...CHECKS.parameters, strict_required_status_checks_policy: true } });
    await check(head, "ci");
    await check(head, "lint");
    expect(await look(number)).toMatchObject({ mergeable: true, mergeable_state: "behind" });
    expect(await refusal(number)).toBe(
      "Repository rule violations found\n\n2 of 2 required status checks are expected.",
    );
    expect((await ada.api("PUT", `/pulls/${number}/update-branch`)).status).toBe(202);
    expect(await look(number)).toMatchObject({ mergeable: true, mergeable_state: "blocked" });
    expect(await refusal(number)).toContain('"ci" is expected');
    const updated = github.state.pulls[0]!.headSha;
    await check(updated, "ci");
    await check(updated, "lint");
    expect((await look(number))["mergeable_state"]).toBe("clean");
    expect((await ada.merge(number)).status).toBe(200);
    expect(await github.state.git.resolve("main^{tree}")).toBe(await github.state.git.resolve(`${updated}^{tree}`));
  });

  test("loose checks: being behind is nobody's business", async () => {
    const { number, head } = await open("one");
    expect((await ada.merge((await open("two")).number)).status).toBe(200);
    rule(CHECKS);
    await check(head, "ci");
    await check(head, "lint");
    expect((await ada.merge(number)).status).toBe(200);
  });

  // "If the test merge commit has a status, the test merge commit must pass. Otherwise, the status of the head commit must pass":
  // https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks#conflicts-between-head-commit-and-test-merge-commit
  test("a check on the test merge commit counts in place of the one on the head, until head or base move", async () => {
    rule(CHECKS);
    const { number, head } = await open("one");
    await check(head, "ci");
    await check(head, "lint");
    const tested = String((await look(number))["merge_commit_sha"]);
    await check(tested, "ci", "failure");
    expect(await refusal(number)).toBe('Repository rule violations found\n\nRequired status check "ci" is failing.');
    await check(tested, "ci");
    await check(head, "ci", "failure");
    expect((await look(number))["mergeable_state"]).toBe("clean");
    const { sha } = await ada.push({ branch: "one", edits: { "one.txt": "y\n" } });
    await check(sha, "lint");
    expect(await refusal(number)).toContain('"ci" is expected');
    await check(sha, "ci");
    expect((await ada.merge(number)).status).toBe(200);
  });

  // `allowed_merge_methods` of a ruleset narrows what the repository allows: "merging is blocked" says
  // https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#require-a-pull-request-before-merging
  // and the API says it with the repository's own words: "405 Merge commits are not allowed on this repository", https://github.com/bazelbuild/continuous-integration/pull/2178
  test("a method that the pull request rule does not allow is refused", async () => {
    const { number } = await open("one");
    rule({ type: "pull_request", parameters: { allowed_merge_methods: ["squash"] } });
    expect(await refusal(number, "merge")).toBe("Merge commits are not allowed on this repository.");
    expect((await ada.api("PUT", `/pulls/${number}/merge`, {})).status).toBe(405);
    expect((await ada.merge(number, "squash")).status).toBe(200);
    const next = await open("two");
    github.state.ruleset.rules = [{ type: "pull_request", parameters: { allowed_merge_methods: ["merge"] } }];
    expect(await refusal(next.number, "squash")).toBe("Squash merges are not allowed on this repository.");
    expect((await ada.merge(next.number, "merge")).status).toBe(200);
  });

  test("no rule of the ruleset applies on another base, or on a plan without rulesets", async () => {
    rule({ type: "pull_request", parameters: { allowed_merge_methods: ["squash"] } });
    rule({ ...CHECKS, parameters: { ...CHECKS.parameters, strict_required_status_checks_policy: true } });
    await ada.push({ branch: "stage", edits: {} });
    const { number } = await open("one");
    expect(await refusal(number, "squash")).toContain("is expected");
    await ada.api("PATCH", `/pulls/${number}`, { base: "stage" });
    expect((await ada.merge(number, "merge")).status).toBe(200);
  });
});
