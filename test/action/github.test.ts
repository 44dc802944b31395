import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { showDeployments } from "../../src/adapters/github/deployments.ts";
import { readMain } from "../../src/adapters/github/read-main.ts";
import { openOctokit } from "../../src/adapters/github/octokit.ts";
import { openFetch } from "../../src/adapters/http/fetch.ts";
import type { GitHubRepository } from "../../src/github/client.ts";
import { readProxies } from "../../src/http/proxies.ts";
import { readMainNow } from "../../src/use-cases/read-main-now.ts";
import type { GitHub } from "../world/github/github.ts";
import { startSample } from "../world/github/start-sample.ts";

/** A client whose waits are only recorded. */
function open(api: string, token: string, waits: number[] = []): GitHubRepository {
  const clock = {
    now: () => Date.now(),
    sleep: (milliseconds: number) => (waits.push(milliseconds), Promise.resolve()),
  };
  return openOctokit({ api, token, repository: "acme/databases", fetch: openFetch(readProxies({})), clock });
}

describe("reading main through GitHub's API", () => {
  let github: GitHub;
  beforeAll(async () => {
    github = await startSample({
      files: {
        ".github/seedbed.yml": "version: 1\n",
        "environments/hr/database_config.yaml": "owner: grüße\n",
        "environments/hr/scripts/mask.sql": "select 1 from dual;\n",
        "environments/hr/manifests/00-namespace.yaml": "kind: Namespace\n",
        "environments/crm/database_config.yaml": "owner: ada\n",
        "environments/readme.md": "x\n",
        "environments/empty/notes.md": "x\n",
      },
    });
  });
  afterAll(() => github.close());
  const client = (permissions: Record<string, "read" | "write"> = { contents: "read" }, waits?: number[]) =>
    open(github.url, github.tokens.forJob(1, permissions), waits);

  async function changeOnMain(path: string, text: string): Promise<void> {
    const { git } = github.state;
    const head = (await git.resolve("refs/heads/main"))!;
    const edit = { path, mode: "100644", sha: await git.writeBlob(Buffer.from(text)) };
    const who = { name: "bot", email: "bot@example.test", date: github.state.now() };
    const tree = await git.writeTree(`${head}^{tree}`, [edit]);
    const commit = await git.writeCommit({ tree, parents: [head], author: who, committer: who, message: "Change" });
    await git.updateRef("refs/heads/main", commit, head);
  }

  test("one commit gives every path with its mode, and texts", async () => {
    const { tree, ...main } = await readMain(client()).read();
    expect(main.repository).toEqual({ id: "812345678", name: "acme/databases", defaultBranch: "main" });
    expect((await tree.entries("environments")).map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      "100644 environments/crm/database_config.yaml",
      "100644 environments/empty/notes.md",
      "100644 environments/hr/database_config.yaml",
      "100644 environments/hr/manifests/00-namespace.yaml",
      "100644 environments/hr/scripts/mask.sql",
      "100644 environments/readme.md",
    ]);
    expect(await tree.read(".github/seedbed.yml")).toBe("version: 1\n");
    expect(await tree.read("environments/hr/database_config.yaml")).toBe("owner: grüße\n");
    expect(await tree.read("environments/hr")).toBeNull();
    expect(await tree.read("environments/hr/scripts/none.sql")).toBeNull();
    expect(main.tip).toBe(await github.state.git.resolve("refs/heads/main"));
    expect(main.now).toBe(github.clock.now());
  });

  test("a second look sees what was pushed meanwhile, and asks for nothing twice that cannot change", async () => {
    const reader = readMain(client());
    const first = await readMainNow(reader, "hr");
    const calls = () => Object.values(github.calls.counts).reduce((sum, count) => sum + count, 0);
    const before = calls();
    expect(await readMainNow(reader, "hr")).toMatchObject({ tip: first.tip, folders: { requests: ["crm", "hr"] } });
    expect(calls() - before).toBe(2);
    await changeOnMain("environments/hr/scripts/mask.sql", "changed\n");
    const later = await readMainNow(reader, "hr");
    expect(later.tip).not.toBe(first.tip);
    expect(later.folder.files.files["scripts/mask.sql"]).toBe("changed\n");
  });

  test("a name that does not exist has no files, and its neighbours' are not among them", async () => {
    const { folder } = await readMainNow(readMain(client()), "h");
    expect(folder).toMatchObject({ files: { files: {} }, manifests: [], lock: null, approval: null, unreadable: [] });
  });

  test("an answer of 502 is asked again, one of 403 is not and names the permissions", async () => {
    github.faults.next({ method: "GET", path: /\/git\/ref\//, times: 2, status: 502 });
    const waits: number[] = [];
    const { tree } = await readMain(client(undefined, waits)).read();
    expect(await tree.read("environments/crm/database_config.yaml")).not.toBeNull();
    expect(waits).toEqual([1000, 2000]);
    const refs = () => github.calls.counts["GET /repos/acme/databases/git/ref/heads%2Fmain"] ?? 0;
    const before = refs();
    await expect(readMain(client({})).read()).rejects.toMatchObject({
      code: "github-error",
      message: expect.stringContaining("with 403: Resource not accessible by integration"),
      fix: expect.stringContaining("contents: read"),
    });
    expect(refs()).toBe(before + 1);
  });

  test("a token that counts no more is named, and never quoted", async () => {
    const gone = open(github.url, "ghs_stolen-token");
    const error = await readMain(gone)
      .read()
      .catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ fix: expect.stringContaining("github_token") });
    expect(JSON.stringify(error) + String(error)).not.toContain("stolen-token");
  });

  test("a deployment merges nothing and waits for no check", async () => {
    const deployments = showDeployments(
      client({ contents: "read", deployments: "write" }),
      "https://github.example/run",
    );
    const { tip } = await readMain(client()).read();
    const id = await deployments.start({ database: "hr", tip, description: "long ".repeat(60) });
    await deployments.say(id, { state: "failure", description: `ORA-39095\n${"x".repeat(300)}` });
    const made = github.state.deployments.find((one) => String(one.id) === id);
    expect(made).toMatchObject({ environment: "database/hr", sha: tip });
    expect(made?.description.length).toBe(140);
    expect(made?.statuses[0]).toMatchObject({ state: "failure", logUrl: "https://github.example/run" });
    expect(github.calls.violations).toEqual([]);
  });
});

describe("a GitHub that does not answer as it should", () => {
  let server: Server;
  afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  async function serve(
    handle: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<GitHubRepository> {
    server = createServer(handle);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return open(api, "t");
  }

  test("without a Date header nobody can say whether a permit has expired", async () => {
    const client = await serve((_request, response) => {
      response.sendDate = false;
      response.setHeader("content-type", "application/json");
      response.end('{"id":1,"full_name":"acme/databases","default_branch":"main","object":{"sha":"a"}}');
    });
    await expect(readMain(client).read()).rejects.toMatchObject({ code: "github-no-date" });
  });

  test("a tree that was cut is not taken for the whole", async () => {
    const client = await serve((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(
        '{"id":1,"full_name":"a/b","default_branch":"main","object":{"sha":"a"},"tree":{"sha":"b"},"parents":[],"truncated":true}',
      );
    });
    const { tree } = await readMain(client).read();
    await expect(tree.entries("environments")).rejects.toMatchObject({ code: "tree-too-large" });
  });

  test("a proxy's page is quoted, cut short", async () => {
    const client = await serve((_request, response) => response.writeHead(403).end(`<html>${"login ".repeat(200)}`));
    await expect(readMain(client).read()).rejects.toThrow(
      /^GitHub answered GET \/repos\/acme\/databases with 403: <html>login .{0,600}…$/,
    );
  });
});
