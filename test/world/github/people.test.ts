import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deleteAccount, renameTeam } from "./accounts.ts";
import type { GitHub } from "./github.ts";
import { person, type Person } from "./person.ts";
import { callRest } from "./rest-client.ts";
import { deployKey, otherApp, workflowJob } from "./robots.ts";
import { startSample } from "./start-sample.ts";

const WORKFLOW = ".github/workflows/w.yml";
const CHECK = { name: "ci", status: "completed", conclusion: "success", output: { title: "t", summary: "s" } };

interface Row {
  actor: { login: string; type: string } | null;
  activity_type: string;
}

let github: GitHub;
let ada: Person;
beforeEach(async () => {
  github = await startSample({
    users: [
      { login: "ada", id: 1, role: "write" },
      { login: "grace", id: 2, role: "write" },
      { login: "eve", id: 3, role: "read" },
      { login: "old-import", id: 4, role: "none", type: "Mannequin" },
    ],
    teams: { dba: ["grace", "ada"] },
    rules: [{ type: "pull_request", parameters: { required_approving_review_count: 1 } }],
    files: { "a.txt": "a\n" },
  });
  ada = person(github, "ada");
});
afterEach(() => github.close());

/** As the bot's App sees it. */
async function see<T>(path: string): Promise<T> {
  const { status, json } = await callRest(github, github.tokens.forInstallation(), ["GET", path]);
  expect(status).toBe(200);
  return json as T;
}

const status = async (path: string) => (await callRest(github, github.tokens.forInstallation(), ["GET", path])).status;
const activity = (branch: string) => see<Row[]>(`/activity?ref=refs/heads/${branch}`);
const commit = (branch: string) =>
  see<Record<"author" | "committer", { login: string; type: string } | null>>(`/commits/${branch}`);

describe("accounts that are no longer, or never were, people", () => {
  // https://docs.github.com/en/account-and-profile/how-tos/account-management/deleting-your-personal-account, and where it is null instead:
  // https://github.com/NixOS/nixpkgs/pull/417642 (reviews), https://github.com/slapperwan/gh4a/pull/1102 ("instead of ghost as it usually does")
  test("a deleted account is nobody in reviews, commits and the activity, and the ghost elsewhere", async () => {
    await person(github, "grace").push({ branch: "one", edits: { "b.txt": "b\n" } });
    const number = await person(github, "grace").openPull("one", "one");
    await person(github, "grace").comment(number, "please");
    const other = await ada.push({ branch: "two", edits: { "c.txt": "c\n" } });
    const second = await ada.openPull("two", "two");
    await person(github, "grace").review(second, "APPROVE");
    await ada.merge(second);
    const token = github.token("grace");
    await deleteAccount(github.state, "grace");
    const [ghost, login] = [{ login: "ghost", id: 10137, type: "User" }, "grace"];
    expect(await see(`/pulls/${number}`)).toMatchObject({ user: ghost });
    expect(await see(`/issues/${number}/comments`)).toMatchObject([{ user: ghost }]);
    expect(await see(`/pulls/${second}/reviews`)).toMatchObject([
      { user: null, state: "APPROVED", commit_id: other.sha },
    ]);
    expect(await commit("one")).toMatchObject({ author: null, committer: null });
    expect((await activity("one"))[0]!.actor).toBeNull();
    expect(await see("/users/ghost")).toMatchObject(ghost);
    expect(await status(`/users/${login}`)).toBe(404);
    expect(await status(`/collaborators/${login}/permission`)).toBe(404);
    expect(await see("/orgs/acme/teams/dba/members")).toMatchObject([{ login: "ada" }]);
    expect((await callRest(github, token, ["GET", "/pulls"])).status).toBe(401);
  });

  test("an approval of a deleted account does not count", async () => {
    await ada.push({ branch: "one", edits: { "b.txt": "b\n" } });
    const number = await ada.openPull("one", "one");
    await person(github, "grace").review(number, "APPROVE");
    await deleteAccount(github.state, "grace");
    expect((await ada.merge(number)).json["message"]).toContain("approving review is required");
  });

  test("a mannequin is named as one", async () => {
    await ada.push({ branch: "one", edits: { "b.txt": "b\n" } });
    const number = await ada.openPull("one", "one");
    await person(github, "grace").review(number, "APPROVE");
    github.state.reviews[0]!.user = github.state.users.get("old-import")!;
    expect(await see(`/pulls/${number}/reviews`)).toMatchObject([{ user: { login: "old-import", type: "Mannequin" } }]);
    expect((await ada.merge(number)).status).toBe(405);
  });

  // A team is found by its slug, which follows its name: https://docs.github.com/en/rest/teams/teams#update-a-team
  test("a renamed team answers to its new slug alone", async () => {
    expect(await status("/orgs/acme/teams/dba/memberships/grace")).toBe(200);
    renameTeam(github.state, "dba", "database-people");
    expect(await status("/orgs/acme/teams/dba/members")).toBe(404);
    expect(await status("/orgs/acme/teams/dba/memberships/grace")).toBe(404);
    expect(await see("/orgs/acme/teams/database-people/members")).toHaveLength(2);
  });
});

describe("pushes of others than people", () => {
  test("a job of a workflow pushes as the App of GitHub Actions, if its token may, and never a workflow", async () => {
    const job = workflowJob(github);
    expect(await job.push({ branch: "one", edits: { "b.txt": "b\n" } })).toMatchObject({ pushed: true });
    expect(await activity("one")).toMatchObject([{ actor: { login: "github-actions[bot]", type: "Bot" } }]);
    expect(await commit("one")).toMatchObject({ author: { login: "github-actions[bot]", type: "Bot" } });
    const flow = await job.push({ branch: "one", edits: { [WORKFLOW]: "on: push\n" } });
    expect(flow.text).toContain("without `workflows` permission");
    expect((await job.push({ branch: "main", edits: { "b.txt": "b\n" } })).text).toContain("pull request");
    const reader = await workflowJob(github, { contents: "read" }).push({ branch: "one", edits: { "b.txt": "c\n" } });
    expect(reader).toMatchObject({ pushed: false });
    expect(reader.text).toContain("Write access to repository not granted");
  });

  test("a job may commit in anybody's name: only the activity says who pushed", async () => {
    const author = { name: "grace", email: "2+grace@users.noreply.github.com" };
    await workflowJob(github).push({ branch: "one", edits: { "b.txt": "b\n" }, author, committer: author });
    expect(await commit("one")).toMatchObject({ author: { login: "grace" }, committer: { login: "grace" } });
    expect(await activity("one")).toMatchObject([{ actor: { login: "github-actions[bot]" } }]);
  });

  test("another App pushes as its own bot, and its checks are its own", async () => {
    const permissions = { contents: "write", checks: "write", workflows: "write" } as const;
    const app = await otherApp(github, { id: 99, slug: "helper", permissions });
    const { sha, pushed } = await app.push({ branch: "one", edits: { [WORKFLOW]: "on: push\n" } });
    expect(pushed).toBe(true);
    expect(await activity("one")).toMatchObject([{ actor: { login: "helper[bot]", type: "Bot" } }]);
    expect((await app.api("POST", "/check-runs", { ...CHECK, head_sha: sha })).json).toMatchObject({
      app: { id: 99, slug: "helper" },
    });
    const own = await callRest(github, github.tokens.forInstallation(), [
      "POST",
      "/check-runs",
      { ...CHECK, head_sha: sha },
    ]);
    for (const robot of [app, workflowJob(github, { checks: "write" })]) {
      const changed = await robot.api("PATCH", `/check-runs/${Number(own.json["id"])}`, { conclusion: "failure" });
      expect(changed).toMatchObject({ status: 403 });
    }
    const small = await otherApp(github, { id: 98, slug: "small", permissions: { contents: "write" } });
    expect((await small.push({ branch: "two", edits: { [WORKFLOW]: "on: push\n" } })).pushed).toBe(false);
    expect((await small.push({ branch: "main", edits: { "b.txt": "b\n" } })).pushed).toBe(false);
    expect(github.calls.writes).toEqual(["POST /repos/acme/databases/check-runs"]);
  });

  // Whom the activity names is not documented. GitHub's support, of webhooks: the account that added the key, https://please-sleep.cou929.nu/who-pushes-to-github.html
  test("a deploy key pushes in its creator's name, or in nobody's", async () => {
    const key = await deployKey(github, { title: "ci", creator: "grace" });
    await key.push({ branch: "one", edits: { "b.txt": "b\n" } });
    expect(await activity("one")).toMatchObject([{ actor: { login: "grace", type: "User" } }]);
    github.state.deployKeyPushes = "nobody";
    await key.push({ branch: "two", edits: { "b.txt": "b\n" } });
    expect((await activity("two"))[0]!.actor).toBeNull();
    expect((await key.api("GET", "/pulls")).status).toBe(401);
    const reader = await deployKey(github, { title: "read", creator: "grace", readOnly: true });
    const refused = await reader.push({ branch: "three", edits: { "b.txt": "b\n" } });
    expect(refused.text).toContain("has been marked as read only");
    expect((await key.push({ branch: "main", edits: { "b.txt": "b\n" } })).pushed).toBe(false);
  });

  // "GitHub uses the email address in the commit header to link the commit to a GitHub user": https://docs.github.com/en/pull-requests/committing-changes-to-your-project/troubleshooting-commits/why-are-my-commits-linked-to-the-wrong-user
  test("an address that no account has belongs to nobody, whatever name is beside it", async () => {
    const author = { name: "grace", email: "grace@acme.example" };
    await ada.push({ branch: "one", edits: { "b.txt": "b\n" }, author });
    expect(await commit("one")).toMatchObject({ author: null, committer: { login: "ada" } });
  });

  test("a commit in the browser is GitHub's, and the activity's is who made it", async () => {
    await ada.push({ branch: "one", edits: {} });
    expect(await ada.editOnline("one", { "b.txt": "b\n", "a.txt": null })).toBeNull();
    expect(await commit("one")).toMatchObject({ author: { login: "ada" }, committer: { login: "web-flow" } });
    expect((await activity("one"))[0]).toMatchObject({ actor: { login: "ada" }, activity_type: "push" });
    expect(await ada.editOnline("main", { "b.txt": "b\n" })).toContain("pull request");
    expect(await person(github, "eve").editOnline("one", { "b.txt": "b\n" })).toContain("write access");
  });
});
