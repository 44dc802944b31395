import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person, type Person } from "./person.ts";
import { startSample } from "./start-sample.ts";
import type { Review } from "./state.ts";

const LINES = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join("");

let github: GitHub;
let parameters: Record<string, unknown>;
let ada: Person;
let grace: Person;
beforeEach(async () => {
  parameters = { required_approving_review_count: 1, dismiss_stale_reviews_on_push: true };
  github = await startSample({
    users: [
      { login: "ada", id: 1, role: "write" },
      { login: "grace", id: 2, role: "write" },
      { login: "lin", id: 4, role: "write" },
      { login: "eve", id: 3, role: "read" },
    ],
    rules: [{ type: "pull_request", parameters }],
    files: { "long.txt": LINES, "a.txt": "a\n" },
  });
  [ada, grace] = [person(github, "ada"), person(github, "grace")];
});
afterEach(() => github.close());

const reviews = () => github.state.reviews;
const first = () => reviews()[0]!;
const head = (number: number) => github.state.pulls.find((pull) => pull.number === number)!.headSha;

/** A pull request that grace has approved. */
async function open(branch: string, edits: Record<string, string>, from?: string): Promise<number> {
  await ada.push({ branch, edits, ...(from === undefined ? {} : { from }) });
  const number = await ada.openPull(branch, branch);
  await grace.review(number, "APPROVE");
  return number;
}

async function moveMain(edits: Record<string, string>): Promise<void> {
  const number = await open(`other-${github.state.pulls.length}`, edits);
  expect((await ada.merge(number, "merge")).status).toBe(200);
}

/** The same changes once more, on top of main. */
async function rebase(branch: string, edits: Record<string, string>): Promise<void> {
  await ada.push({ branch, from: "origin/main", edits, force: true });
}

const line = (number: number, text: string) => LINES.replace(`line ${number}\n`, `${text}\n`);

/** https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches#require-pull-request-reviews-before-merging */
describe("approvals when the diff changes", () => {
  test("a push that changes the diff dismisses, where the ruleset says so, and only approvals", async () => {
    const number = await open("one", { "b.txt": "b\n" });
    const lin = person(github, "lin");
    await lin.review(number, "COMMENT");
    await lin.review(number, "REQUEST_CHANGES");
    await ada.push({ branch: "one", edits: { "b.txt": "b2\n" } });
    expect(reviews().map(({ state }) => state)).toEqual(["DISMISSED", "COMMENTED", "CHANGES_REQUESTED"]);
    parameters["dismiss_stale_reviews_on_push"] = false;
    await grace.review(number, "APPROVE");
    const approved = head(number);
    await ada.push({ branch: "one", edits: { "b.txt": "b3\n" } });
    expect(reviews().at(-1)).toMatchObject({ state: "APPROVED", commit: approved });
  });

  // The timeline then says "The merge-base changed after approval": https://github.com/orgs/community/discussions/58535. First published 2023-06-06:
  // https://github.blog/changelog/2023-06-06-security-enhancements-to-required-approvals-on-pull-requests/
  test("a related pull request that is merged into the base dismisses", async () => {
    const number = await open("below", { "b.txt": "b\n" });
    await open("above", { "c.txt": "c\n" }, "origin/below");
    const unrelated = await open("unrelated", { "d.txt": "d\n" });
    expect((await ada.merge(number, "merge")).status).toBe(200);
    expect(reviews().map(({ state }) => state)).toEqual(["APPROVED", "DISMISSED", "APPROVED"]);
    const told = github.webhooks.deliveries.filter(({ action }) => action === "dismissed");
    expect(
      told.map(({ body }) => (JSON.parse(body) as { pull_request: { number: number } }).pull_request.number),
    ).toEqual([number + 1]);
    expect((await ada.merge(number + 1)).json["message"]).toContain("approving review is required");
    expect((await ada.merge(unrelated)).status).toBe(200);
  });

  // An approval two hours and forty-eight minutes before an update survived it with `dismiss_stale_reviews_on_push`: https://github.com/strands-labs/robots/issues/2796.
  // Then `commit_id` names the new head: https://github.com/Q00/ouroboros/issues/2048, https://github.com/sonichi/sutando/pull/4422
  test("Update branch with the same diff keeps the approval, which then names a commit that nobody has reviewed", async () => {
    const number = await open("one", { "long.txt": line(30, "mine") });
    const reviewed = first().commit;
    await moveMain({ "long.txt": `top\n${LINES}`, "x.txt": "x\n" });
    github.clock.step(60_000);
    expect((await ada.updateBranch(number)).status).toBe(202);
    expect(head(number)).not.toBe(reviewed);
    expect(first()).toMatchObject({ state: "APPROVED", commit: head(number) });
    const made = (await github.state.git.commit(head(number))).committer.date;
    expect(Date.parse(made) - Date.parse(first().submittedAt)).toBe(60_000);
  });

  // A merge of main that changed the lines around the approved ones dismissed the approval: https://github.com/celo-org/celopedia-skills/pull/53
  test("Update branch that changes the diff dismisses", async () => {
    const number = await open("one", { "long.txt": line(30, "mine") });
    await moveMain({ "long.txt": line(28, "theirs") });
    expect((await ada.updateBranch(number)).status).toBe(202);
    expect(first().state).toBe("DISMISSED");
  });

  // https://github.com/max-sixty/tend/pull/884; "only hunk offsets moving": https://github.com/kamp-us/phoenix/issues/4511; comments stay where they are:
  // https://github.com/apache/maka/pull/5068
  test("a rebase with --force and the same patch points approvals at the new head, nothing else", async () => {
    const number = await open("one", { "b.txt": "b\n" });
    const before = head(number);
    await person(github, "lin").review(number, "COMMENT");
    await moveMain({ "x.txt": "x\n" });
    await rebase("one", { "b.txt": "b\n" });
    const mine = reviews().filter(({ pull }) => pull === number);
    expect(mine.map(({ commit }) => commit)).toEqual([head(number), before]);
    await rebase("one", { "b.txt": "evil\n" });
    expect(first().state).toBe("DISMISSED");
  });

  test("files that are not text count by their bytes, and a new mode is a change", async () => {
    await open("one", { "b.bin": "\0one" });
    await ada.push({ branch: "one", edits: { "b.bin": "\0two" } });
    expect(first().state).toBe("DISMISSED");
    await grace.review(1, "APPROVE");
    const { git, now } = github.state;
    const sha = (await git.tree(head(1), true)).find(({ path }) => path === "b.bin")!.sha;
    const tree = await git.writeTree(`${head(1)}^{tree}`, [{ path: "b.bin", mode: "100755", sha }]);
    const commit = { ...(await git.commit(head(1))), tree, parents: [head(1)] };
    const moved = await git.writeCommit({ ...commit, committer: { ...commit.committer, date: now() } });
    await ada.api("PATCH", "/git/refs/heads/one", { sha: moved });
    expect(reviews().at(-1)!.state).toBe("DISMISSED");
  });

  test("what is not documented is a test's choice: only after --force, or whatever is pushed", async () => {
    github.state.approvalsFollow = "force-push";
    const number = await open("one", { "b.txt": "b\n" });
    const reviewed = first().commit;
    await moveMain({ "x.txt": "x\n" });
    await ada.updateBranch(number);
    expect(first()).toMatchObject({ state: "APPROVED", commit: reviewed });
    await rebase("one", { "b.txt": "b\n" });
    expect(first()).toMatchObject({ state: "APPROVED", commit: head(number) });
    github.state.approvalsFollow = "anything";
    await rebase("one", { "b.txt": "evil\n" });
    expect(first()).toMatchObject({ state: "APPROVED", commit: head(number) });
  });

  test("on another base no rule dismisses; to come to main with another diff does", async () => {
    await ada.push({ branch: "stage", edits: { "s.txt": "s\n" } });
    await ada.push({ branch: "one", from: "origin/stage", edits: { "b.txt": "b\n" } });
    const created = await ada.api("POST", "/pulls", { head: "one", base: "stage", title: "one" });
    const number = Number(created.json["number"]);
    await grace.review(number, "APPROVE");
    await ada.push({ branch: "one", edits: { "b.txt": "b2\n" } });
    expect(first().state).toBe("APPROVED");
    await ada.api("PATCH", `/pulls/${number}`, { base: "main" });
    expect(first().state).toBe("DISMISSED");
  });
});

describe("whose approvals count", () => {
  beforeEach(() => {
    parameters["dismiss_stale_reviews_on_push"] = false;
  });

  // "With this option, 'stale' reviews are not dismissed, and the pull request remains approved as long as someone other than the person who made the most recent
  // changes approves it." That pressing "Update branch" makes the last pusher: https://github.com/strands-labs/robots/issues/3190. The words:
  // https://github.com/maboloshi/github-chinese/pull/640
  test("the last push has to be approved by somebody who did not push it", async () => {
    parameters["require_last_push_approval"] = true;
    const number = await open("one", { "b.txt": "b\n" });
    await person(github, "lin").push({ branch: "one", edits: { "c.txt": "c\n" } });
    const refused = "New changes require approval from someone other than the last pusher.";
    expect((await ada.merge(number)).json["message"]).toContain(refused);
    await grace.review(number, "APPROVE");
    await moveMain({ "x.txt": "x\n" });
    await grace.updateBranch(number);
    expect(reviews().findLast(({ pull }) => pull === number)).toMatchObject({
      state: "APPROVED",
      commit: head(number),
    });
    expect((await ada.merge(number)).json["message"]).toContain(refused);
    await person(github, "lin").review(number, "APPROVE");
    expect((await ada.merge(number)).status).toBe(200);
  });

  test("without dismissal an approval of an older head counts, one of a reader never", async () => {
    const number = await open("one", { "b.txt": "b\n" });
    await ada.push({ branch: "one", edits: { "b.txt": "evil\n" } });
    parameters["required_approving_review_count"] = 2;
    await person(github, "eve").review(number, "APPROVE");
    const approvals: Review["state"][] = reviews().map(({ state }) => state);
    expect(approvals).toEqual(["APPROVED", "APPROVED"]);
    expect((await ada.merge(number)).json["message"]).toContain("At least 2");
    await person(github, "lin").review(number, "APPROVE");
    expect((await ada.merge(number)).status).toBe(200);
  });
});
