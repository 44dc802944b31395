import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BareRepository } from "./bare-repository.ts";
import { serveGit } from "./http-backend.ts";
import { installPushRules, readRefusedPushes } from "./push-rules.ts";

const env = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@x",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@x",
  GIT_TERMINAL_PROMPT: "0",
};

describe("a real bare repository behind git http-backend", () => {
  let folder = "";
  let repository: BareRepository;
  let server: Server;
  const url = (user: string) =>
    `http://${user}:token@127.0.0.1:${(server.address() as AddressInfo).port}/databases.git`;
  const git = (args: string[], cwd: string) => execa("git", args, { cwd, env });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "seedbed-git-"));
    repository = await BareRepository.create(join(folder, "databases.git"), "main");
    await installPushRules(repository.folder, {
      protectedRef: "refs/heads/main",
      bypass: ["seedbed[bot]"],
      withoutWorkflows: ["seedbed[bot]"],
      writers: ["ada", "seedbed[bot]"],
    });
    server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url!, "http://x");
      const user = Buffer.from((request.headers.authorization ?? "").slice(6), "base64")
        .toString()
        .split(":")[0]!;
      if (user === "") {
        response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end();
        return;
      }
      void serveGit({
        request,
        response,
        repository: repository.folder,
        pathInfo: pathname.slice("/databases.git".length),
        query: search.slice(1),
        user,
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const blob = await repository.writeBlob(Buffer.from("hello\n"));
    const tree = await repository.writeTree(null, [{ path: "README.md", mode: "100644", sha: blob }]);
    const person = { name: "seed", email: "s@x", date: "2026-11-22T10:00:00Z" };
    await repository.updateRef(
      "refs/heads/main",
      await repository.writeCommit({ tree, parents: [], author: person, committer: person, message: "first" }),
      null,
    );
  });
  afterAll(async () => {
    server.close();
    repository.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function cloneAndCommit(user: string, path: string): Promise<string> {
    const work = join(folder, `work-${Math.random()}`);
    await git(["clone", "--quiet", url(encodeURIComponent(user)), work], folder);
    await execa("mkdir", ["-p", join(work, path, "..")]);
    await writeFile(join(work, path), "x\n");
    await git(["add", "-A"], work);
    await git(["commit", "--quiet", "-m", "change"], work);
    return work;
  }

  test("a writer pushes a branch, and not main", async () => {
    const work = await cloneAndCommit("ada", "a.txt");
    await git(["push", "origin", "HEAD:refs/heads/feature"], work);
    expect(await repository.resolve("refs/heads/feature")).toMatch(/^[0-9a-f]{40}$/);
    const refused = await execa("git", ["push", "origin", "HEAD:refs/heads/main"], { cwd: work, env, reject: false });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("Changes must be made through a pull request");
    expect(await readRefusedPushes(repository.folder)).toMatchObject([{ user: "ada", ref: "refs/heads/main" }]);
  });

  test("a reader pushes nothing", async () => {
    const work = await cloneAndCommit("eve", "a.txt");
    const refused = await execa("git", ["push", "origin", "HEAD:refs/heads/eve"], { cwd: work, env, reject: false });
    expect(refused.stderr).toContain("denied to eve");
    expect(await repository.resolve("refs/heads/eve")).toBeNull();
  });

  test("the App pushes main, and never a workflow", async () => {
    const work = await cloneAndCommit("seedbed[bot]", "environments/hr/seed.lock.yaml");
    await git(["push", "origin", "HEAD:refs/heads/main"], work);
    const bad = await cloneAndCommit("seedbed[bot]", ".github/workflows/evil.yml");
    const refused = await execa("git", ["push", "origin", "HEAD:refs/heads/main"], { cwd: bad, env, reject: false });
    expect(refused.stderr).toContain("without `workflows` permission");
  });

  test("trees, merges and diffs are git's own", async () => {
    const main = (await repository.resolve("refs/heads/main"))!;
    const feature = (await repository.resolve("refs/heads/feature"))!;
    const merged = await repository.mergeTree(main, feature);
    expect((await repository.tree(merged!, true)).map(({ path }) => path)).toContain("a.txt");
    expect(await repository.diff((await repository.mergeBase(main, feature))!, feature)).toEqual([
      { status: "added", path: "a.txt", previous: null },
    ]);
    expect(await repository.updateRef("refs/heads/feature", main, main)).toBe(false);
  });
});
