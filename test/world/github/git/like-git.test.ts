import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { randomFrom, seedsOfRun } from "../../../random.ts";
import { BareRepository } from "./bare-repository.ts";
import type { TreeEdit } from "./edit-tree.ts";

// What the simulated GitHub finds out without a process is compared with what the git program says of the same repository.

const PATHS = ["a.txt", "b/c.txt", "b/d.txt", "b/e/f.txt", "b", "g.txt", "g/h.txt", "b.txt", "b-c/x"];
const COMMITS = 24;

let folder = "";
let repository: BareRepository;
let random: () => number;
let commits: string[] = [];

const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const git = async (...args: string[]) => (await repository.git(args)).trim();
const lines = async (...args: string[]) => (await git(...args)).split("\n").filter(Boolean);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "seedbed-like-git-"));
  repository = await BareRepository.create(join(folder, "x.git"), "main");
  commits = [];
});
afterEach(async () => {
  repository.close();
  await rm(folder, { recursive: true, force: true });
});

/** A file that is written, given another mode, moved or removed; never two things in one place. */
async function edit(from: string | null): Promise<string> {
  const has = from === null ? [] : (await repository.tree(from, true)).filter(({ type }) => type !== "tree");
  const removed = has.filter(() => random() < 0.15);
  const left = has.filter((entry) => !removed.includes(entry));
  const edits: TreeEdit[] = removed.map(({ path, mode }) => ({ path, mode, sha: null }));
  const inPlace = (path: string) =>
    [...left, ...edits.filter(({ sha }) => sha !== null)].some(
      (other) => other.path.startsWith(`${path}/`) || path.startsWith(`${other.path}/`),
    );
  for (let many = Math.floor(random() * 3); many >= 0; many -= 1) {
    const path = pick(PATHS);
    if (inPlace(path)) continue;
    const moved = removed[0]?.sha ?? null;
    const text = Array.from({ length: 12 }, () => Math.floor(random() * 4)).join("\n");
    const sha = moved !== null && random() < 0.5 ? moved : await repository.writeBlob(Buffer.from(text));
    edits.push({ path, mode: pick(["100644", "100644", "100755", "120000"]), sha });
  }
  return repository.writeTree(from, edits);
}

async function grow(): Promise<void> {
  const parents = commits.length === 0 ? [] : [pick(commits.slice(-6))];
  if (commits.length > 2 && random() < 0.35) parents.push(pick(commits.slice(-6)));
  if (commits.length > 4 && random() < 0.05) parents.push(pick(commits));
  // Many are of one second, as in a world whose clock stands. None claims to be older than what it follows: git gives up early there.
  const before = await Promise.all(parents.map((parent) => repository.commit(parent)));
  const last = Math.max(1_795_000_000, ...before.map(({ committer }) => Date.parse(committer.date) / 1000));
  const at = last + (random() < 0.5 ? 0 : Math.floor(random() * 9));
  const person = { name: "Ada", email: "ada@x", date: new Date(at * 1000).toISOString() };
  const tree =
    random() < 0.2 && parents[1] ? (await repository.commit(parents[1])).tree : await edit(parents[0] ?? null);
  const message = `Change ${commits.length}`;
  const sha = await repository.writeCommit({ tree, parents, author: person, committer: person, message });
  commits.push(sha);
  await repository.setRef(`refs/heads/b${commits.length}`, sha);
}

async function mergedByGit(one: string, other: string): Promise<string | null> {
  const out = await git("merge-tree", "--write-tree", "--no-messages", one, other).catch(() => "");
  return out.split("\n")[0] || null;
}

async function compareTwo(one: string, other: string): Promise<void> {
  const told = (await repository.diff(one, other)).map(({ status, path, previous }) => [status, previous, path]);
  const WORDS: Record<string, string> = { A: "added", D: "removed", M: "modified", T: "changed", R: "renamed" };
  const rows = (await lines("diff-tree", "-r", "-M", "--name-status", one, other)).map((row) => row.split("\t"));
  expect(told).toEqual(rows.map(([status, a, b]) => [WORDS[status![0]!], b === undefined ? null : a, b ?? a]));
  const raw = await lines("diff-tree", "-r", "--no-renames", one, other);
  expect((await repository.changes(one, other)).map(({ path }) => path)).toEqual(raw.map((row) => row.split("\t")[1]));
  expect(await repository.mergeTree(one, other)).toBe(await mergedByGit(one, other));
  expect(await repository.mergeBase(one, other)).toBe((await git("merge-base", one, other).catch(() => "")) || null);
  expect(await repository.listCommits(one, { without: [other] })).toEqual(await lines("rev-list", one, `^${other}`));
}

async function compareOne(sha: string): Promise<void> {
  expect(await repository.listCommits(sha)).toEqual(await lines("rev-list", sha));
  const path = pick(PATHS);
  expect(await repository.listCommits(sha, { path })).toEqual(await lines("rev-list", sha, "--", path));
  const found = await git("rev-parse", "--verify", "--quiet", `${sha}:${path}`).catch(() => null);
  expect(await repository.resolve(`${sha}:${path}`)).toBe(found);
  const within = (await lines("ls-tree", `${sha}:b`).catch(() => [])).map((row) => row.split("\t")[1]);
  expect((await repository.tree(`${sha}:b`, false).catch(() => [])).map(({ path: name }) => name)).toEqual(within);
  const listed = await lines("ls-tree", "-r", "-t", "--long", sha);
  const own = (await repository.tree(sha, true)).map(({ mode, type, sha: id, size, path: at }) => {
    return `${mode} ${type} ${id} ${String(size ?? "-").padStart(7)}\t${at}`;
  });
  expect(own).toEqual(listed);
}

test.each(seedsOfRun(6))("reads, compares and merges as git does, SEEDBED_SEED=%i", async (seed) => {
  random = randomFrom(seed);
  for (let made = 0; made < COMMITS; made += 1) await grow();
  // Nothing of all that was written is anything else than git would have written.
  await git("fsck", "--strict", "--no-dangling");
  for (let pair = 0; pair < 20; pair += 1) await compareTwo(pick(commits), pick(commits));
  for (let one = 0; one < 6; one += 1) await compareOne(pick(commits));
  const refs = (await lines("for-each-ref", "--format=%(refname) %(objectname)")).map((row) => row.split(" "));
  expect([...(await repository.refs())]).toEqual(refs);
  await git("pack-refs", "--all");
  await repository.setRef("refs/heads/b1", commits[1]!);
  expect(await repository.refs()).toEqual(new Map([...refs, ["refs/heads/b1", commits[1]]] as [string, string][]));
});

test("a ref moves from where it was alone, and the next move goes on after a refusal", async () => {
  random = randomFrom(1);
  for (let made = 0; made < 3; made += 1) await grow();
  const [a, b, c] = commits as [string, string, string];
  const moved = await Promise.all([
    repository.updateRef("refs/heads/x", a, null),
    repository.updateRef("refs/heads/x", b, null),
    repository.updateRef("refs/heads/x", b, a),
    repository.updateRef("refs/heads/x", c, a),
    repository.updateRef("refs/heads/x", null, b),
  ]);
  expect(moved).toEqual([true, false, true, false, true]);
  expect(await repository.resolve("refs/heads/x")).toBeNull();
  await expect(repository.updateRef("refs/heads/y", "1".repeat(40), null)).rejects.toThrow("git refused to move");
  await expect(repository.updateRef("refs/heads/b1/z", a, null)).rejects.toThrow("'refs/heads/b1' exists");
});

test.each(["../x", "a//b", ".git/config", "a/.GIT/b", "", "a/"])(
  "no tree has the path %j, which git refuses",
  async (path) => {
    const sha = await repository.writeBlob(Buffer.from("x"));
    await expect(repository.writeTree(null, [{ path, mode: "100644", sha }])).rejects.toThrow("git refuses the path");
    const asked = repository.git(["update-index", "--add", "--cacheinfo", `100644,${sha},${path}`], {
      env: { GIT_INDEX_FILE: join(folder, "index") },
    });
    await expect(asked).rejects.toThrow(/Invalid path|failed/);
  },
);
