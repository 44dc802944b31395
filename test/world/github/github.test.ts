import { createSign } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { person } from "./person.ts";
import { startSample } from "./start-sample.ts";

const RULES = [
  { type: "pull_request", parameters: { required_approving_review_count: 1, dismiss_stale_reviews_on_push: true } },
  {
    type: "required_status_checks",
    parameters: {
      strict_required_status_checks_policy: false,
      required_status_checks: [{ context: "seedbed/validate", integration_id: 7 }],
    },
  },
];

describe("the simulated GitHub enforces what GitHub enforces", () => {
  let github: GitHub;
  let receiver: Server;
  const events: string[] = [];
  let installation = "";

  const app = async (method: string, path: string, body?: unknown, token = installation) => {
    const response = await fetch(`${github.url}/repos/acme/databases${path}`, {
      method,
      headers: { authorization: `token ${token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return {
      status: response.status,
      json: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  };

  beforeAll(async () => {
    github = await startSample({
      teams: { dba: ["grace"] },
      rules: RULES,
      files: {
        "README.md": "databases\n",
        ".github/workflows/provision.yml":
          "on: { workflow_dispatch: { inputs: { database: { required: true }, reason: {} } } }\nrun-name: 'seed ${{ inputs.database }}: ${{ inputs.reason }}'\n",
      },
    });
    receiver = createServer((request, response) => {
      events.push(String(request.headers["x-github-event"]));
      request.resume().on("end", () => response.end());
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    github.webhooks.setUrl(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
    installation = (
      (await (
        await fetch(`${github.url}/app/installations/70/access_tokens`, {
          method: "POST",
          headers: { authorization: `Bearer ${jwt(github)}` },
        })
      ).json()) as { token: string }
    ).token;
  });
  afterAll(async () => {
    await github.close();
    receiver.close();
  });

  test("a pull request merges only when its checks are the App's and its review is of this head", async () => {
    const [ada, grace] = [person(github, "ada"), person(github, "grace")];
    await ada.push({ branch: "add-hr", edits: { "environments/hr/database_config.yaml": "owner: ada\n" } });
    const pull = await ada.openPull("add-hr", "Add hr");
    expect((await ada.merge(pull)).json["message"]).toContain('"seedbed/validate" is expected');
    expect((await ada.review(pull, "APPROVE")).status).toBe(422);
    const head = (await app("GET", `/pulls/${pull}`)).json["head"] as { sha: string };
    const check = {
      name: "seedbed/validate",
      head_sha: head.sha,
      status: "completed",
      conclusion: "success",
      output: { title: "t", summary: "s" },
    };
    expect((await ada.api("POST", "/check-runs", check)).status).toBe(403);
    await app("POST", "/check-runs", { ...check, conclusion: "success" }, github.tokens.forJob(1, { checks: "write" }));
    expect((await ada.merge(pull)).status).toBe(405);
    expect((await app("POST", "/check-runs", check)).status).toBe(201);
    await grace.review(pull, "APPROVE");
    await ada.push({ branch: "add-hr", edits: { "environments/hr/database_config.yaml": "owner: eve\n" } });
    expect(github.state.reviews[0]!.state).toBe("DISMISSED");
    expect((await ada.merge(pull, "squash", head.sha)).status).toBe(409);
    const newHead = (await app("GET", `/pulls/${pull}`)).json["head"] as { sha: string };
    await app("POST", "/check-runs", { ...check, head_sha: newHead.sha });
    await grace.review(pull, "APPROVE");
    expect((await ada.merge(pull)).status).toBe(200);
    expect((await ada.merge(pull)).status).toBe(405);
    expect(await github.state.git.git(["show", "main:environments/hr/database_config.yaml"])).toBe("owner: eve\n");
    await github.webhooks.settled();
    expect(new Set(events)).toEqual(new Set(["push", "pull_request", "pull_request_review", "check_run"]));
  });

  test("main moves by the App alone, without force, without workflows", async () => {
    const ada = person(github, "ada");
    const refused = await ada.push({ branch: "main", edits: { "a.txt": "a\n" } });
    expect(refused).toMatchObject({ pushed: false });
    expect(await github.refusedPushes()).toMatchObject([{ user: "ada", ref: "refs/heads/main" }]);
    const main = (await github.state.git.resolve("refs/heads/main"))!;
    const blob = (await app("POST", "/git/blobs", { content: "x", encoding: "utf-8" })).json["sha"];
    const base = ((await app("GET", `/git/commits/${main}`)).json["tree"] as { sha: string }).sha;
    const commitOf = async (path: string) => {
      const tree = (
        await app("POST", "/git/trees", { base_tree: base, tree: [{ path, mode: "100644", type: "blob", sha: blob }] })
      ).json["sha"];
      return (await app("POST", "/git/commits", { message: "m", tree, parents: [main] })).json["sha"];
    };
    const evil = await commitOf(".github/workflows/provision.yml");
    expect((await app("PATCH", "/git/refs/heads/main", { sha: evil, force: false })).json["message"]).toContain(
      "without `workflows` permission",
    );
    const fine = await commitOf("environments/hr/seed.lock.yaml");
    expect((await app("PATCH", "/git/refs/heads/main", { sha: fine, force: false })).status).toBe(200);
    expect((await app("PATCH", "/git/refs/heads/main", { sha: main, force: false })).json["message"]).toContain(
      "not a fast forward",
    );
    expect(github.calls.violations).toEqual([]);
  });

  test("dispatches know their inputs, readers may not, strangers see nothing", async () => {
    expect((await person(github, "eve").runWorkflow("provision.yml", { database: "hr" })).status).toBe(403);
    expect((await person(github, "ada").runWorkflow("provision.yml", { databse: "hr" })).json["message"]).toContain(
      "Unexpected inputs",
    );
    const answer = await person(github, "ada").runWorkflow("provision.yml", { database: "hr", reason: "new rows" });
    expect(github.runs.all.find(({ id }) => id === answer.json["workflow_run_id"])?.title).toBe("seed hr: new rows");
    expect((await fetch(`${github.url}/repos/acme/databases`)).status).toBe(404);
    expect((await app("GET", "/pulls", undefined, "ghp_stolen")).status).toBe(401);
  });

  test("faults answer as asked, also after the write was done", async () => {
    github.faults.next({ method: "POST", path: /issues\/1\/comments/, times: 1, status: 502, afterWrite: true });
    expect(
      (
        await fetch(`${github.url}/repos/acme/databases/issues/1/comments`, {
          method: "POST",
          headers: { authorization: `token ${installation}` },
          body: JSON.stringify({ body: "b" }),
        })
      ).status,
    ).toBe(502);
    expect(github.state.comments).toHaveLength(1);
  });
});

function jwt(github: GitHub): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iss: github.app.id, iat: now - 30, exp: now + 540 })}`;
  return `${head}.${createSign("RSA-SHA256").update(head).sign(github.app.privateKey, "base64url")}`;
}
