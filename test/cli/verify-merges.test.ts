import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MainLine } from "./main-line.ts";
import { SETTINGS } from "./repository.ts";

const CI = ".github/workflows/ci.yml";
const MASK = "environments/hr/scripts/mask.sql";
const FLEET = "environments/hr/manifests/fleet.yaml";
const CONFIG = "environments/hr/database_config.yaml";

let line: MainLine;
beforeEach(async () => {
  line = await MainLine.start();
});
afterEach(() => line.repository.remove());

const short = (commit: string) => commit.slice(0, 12);
const notTheHeads = (commit: string, head: string) =>
  `commit ${short(commit)} brings content to main that its pull request's head ${short(head)} does not have`;
const notShown = (commit: string, head: string) =>
  `commit ${short(commit)} brings a change to main that its pull request's head ${short(head)} did not show`;

/** PR 1 adds a file and removes it, PR 2 starts from the middle of it, PR 3 merges both with main and keeps the file. */
function crissCross(path: string): { merge: string; head: string } {
  const added = line.commit([line.tip], { [path]: "evil\n" });
  line.merge(line.commit([added], { [path]: null, "docs/a.md": "a\n" }));
  const first = line.tip;
  const second = line.commit([added], { "docs/b.md": "b\n" });
  line.merge(second);
  const third = line.commit([second, first], { "docs/c.md": "c\n" });
  return { head: third, merge: line.merge(third) };
}

describe("an attack of the past is found", () => {
  test.each([CI, "environments/crm/database_config.yaml"])("a criss-cross that brings %s", async (path) => {
    const { merge, head } = crissCross(path);
    expect(line.show(path)).toBe("evil\n");
    expect(await line.verify()).toMatchObject({
      code: 1,
      errors: [`${path}: ${notShown(merge, head)}`],
      merges: { checked: 1, unknown: 0 },
    });
  });

  test("an edit that a rename carries into a workflow, merged or squashed", async () => {
    line.tip = line.commit([line.tip], { "drafts/ci.yml": "on: push\njobs: {}\n# a\n# b\n# c\n" });
    const old = line.tip;
    const moved = line.commit([old], { "drafts/ci.yml": null, [CI]: line.show("drafts/ci.yml") });
    line.merge(moved);
    const edited = line.commit([old], { "drafts/ci.yml": `${line.show(CI)}# evil\n` });
    const before = line.tip;
    const merge = line.merge(edited);
    expect(line.show(CI)).toContain("# evil");
    expect(await line.verify()).toMatchObject({ code: 1, errors: [`${CI}: ${notTheHeads(merge, edited)}`] });
    line.tip = before;
    line.repository.git("update-ref", "refs/pull/7/head", edited);
    const squash = line.squash(edited, "Tidy up the drafts (#7)");
    expect(await line.verify()).toMatchObject({ code: 1, errors: [`${CI}: ${notTheHeads(squash, edited)}`] });
  });

  test("a lock of an intermediate commit, which the bot would have taken for main's", async () => {
    const path = "environments/hr/seed.lock.yaml";
    const { merge } = crissCross(path);
    const { errors } = await line.verify();
    expect(errors).toContain(
      `${path}: commit ${short(merge)} changes a permit or a lock together with files of people`,
    );
  });

  test("a byte that the merge itself adds", async () => {
    const head = line.commit([line.tip], { [CONFIG]: `${line.show(CONFIG)}# reviewed\n` });
    const merge = line.commit([line.tip, head], { [CONFIG]: `${line.show(CONFIG)}# reviewed!\n` });
    line.tip = merge;
    expect(await line.verify()).toMatchObject({ code: 1, errors: [`${CONFIG}: ${notTheHeads(merge, head)}`] });
  });

  test("a request of two pull requests that nobody saw together", async () => {
    const one = line.commit([line.tip], { [MASK]: `${line.show(MASK)}-- one\n` });
    const other = line.commit([line.tip], { [CONFIG]: `${line.show(CONFIG)}# other\n` });
    line.merge(one);
    const merge = line.merge(other);
    expect(await line.verify()).toMatchObject({
      code: 1,
      errors: [
        `${MASK}: commit ${short(merge)} changes this request, but leaves this file other than its pull request's head ${short(other)} has it`,
      ],
    });
  });

  test("a merge of more than one pull request, whatever it brings", async () => {
    const heads = ["a", "b"].map((name) => line.commit([line.tip], { [`.github/${name}.yml`]: name }));
    line.tip = line.commit([line.tip, ...heads], { ".github/a.yml": "a", ".github/b.yml": "b" });
    expect(await line.verify()).toMatchObject({
      code: 1,
      errors: [`environments: commit ${short(line.tip)} has 3 parents`],
    });
  });

  test("a lock or a permit in a push that also brings a request", async () => {
    line.tip = line.commit([line.tip], { [CI]: "x", "environments/hr/approval.yaml": "x" });
    const { code, errors } = await line.verify();
    expect(code).toBe(1);
    expect(errors).toEqual([
      `environments/hr/approval.yaml: commit ${short(line.tip)} changes a permit or a lock together with files of people`,
    ]);
  });
});

describe("a squash", () => {
  const change = () => line.commit([line.tip], { [CONFIG]: `${line.show(CONFIG)}# more\n` });

  test("is compared with the head that the permit names", async () => {
    const head = change();
    const merge = line.squash(head);
    line.permit(head, merge);
    const { code, errors, warnings, merges } = await line.verify();
    expect({ code, errors, warnings, merges }).toEqual({
      code: 0,
      errors: [],
      warnings: [],
      merges: { checked: 1, unknown: 0 },
    });
  });

  test("that differs from it is found", async () => {
    const head = change();
    const merge = line.commit([line.tip], { [CONFIG]: `${line.show(CONFIG)}# other\n` });
    line.tip = merge;
    line.permit(head, merge);
    expect(await line.verify()).toMatchObject({ code: 1, errors: [`${CONFIG}: ${notTheHeads(merge, head)}`] });
  });

  test("is counted, and no error, where its head is not in the clone", async () => {
    line.permit("1".repeat(40), line.squash(change()));
    line.squash(line.commit([line.tip], { [CI]: "x" }), "A workflow (#12)");
    line.squash(line.commit([line.tip], { [CI]: "y" }), "A push");
    expect(await line.verify()).toMatchObject({ code: 0, errors: [], merges: { checked: 0, unknown: 3 } });
    expect((await line.repository.run("verify")).out).toContain(
      "3 squashes or pushes could not be compared with a pull request, because its head is not in this clone: git fetch origin 'refs/pull/*/head:refs/pull/*/head' brings the heads.",
    );
  });

  test("believes no permit that nobody signed", async () => {
    const head = change();
    const merge = line.squash(head);
    line.permit(head, merge);
    const forged = line.show("environments/hr/approval.yaml").replace(head, "2".repeat(40));
    line.tip = line.commit([line.tip], { "environments/hr/approval.yaml": forged });
    expect(await line.verify()).toMatchObject({ merges: { checked: 1, unknown: 0 } });
  });
});

describe("nothing is said", () => {
  test("of commits before the settings had a key, and of the App's own", async () => {
    const settings = line.show(SETTINGS);
    line.tip = line.commit([], { [SETTINGS]: null }, { tree: line.tip });
    const heads = ["a", "b"].map((name) => line.commit([line.tip], { [`.github/${name}.yml`]: name }));
    line.tip = line.commit([line.tip, ...heads], { [CI]: "x", [SETTINGS]: settings });
    line.tip = line.commit([line.tip], { [FLEET]: "x" });
    expect(await line.verify()).toMatchObject({ code: 0, errors: [], merges: { checked: 0, unknown: 0 } });
  });

  test("of manifests that git merged to what the merged request renders to, and of others something is", async () => {
    line.tip = await line.render(line.tip);
    const request = line.show(CONFIG);
    const head = await line.render(line.commit([line.tip], { [CONFIG]: request.replace('cpu: "2"', 'cpu: "3"') }));
    // The bot renders main again after new settings: another line of the same file.
    const settings = line.show(SETTINGS);
    const other = settings.replace("fleet_cluster: rke-dev\n", "fleet_cluster: rke-new\n");
    line.merge(line.commit([line.tip], { [SETTINGS]: other }));
    line.tip = await line.render(line.tip);
    const before = line.tip;
    const merge = line.merge(head);
    expect(line.show(FLEET)).toContain("rke-new");
    expect(line.repository.git("diff", "--name-only", head, merge)).toContain(FLEET);
    expect(await line.verify()).toMatchObject({ code: 0, errors: [], merges: { checked: 2, unknown: 0 } });
    const damaged = line.show(FLEET).replace("rke-new", "rke-evil");
    line.tip = line.commit([before, head], { [FLEET]: damaged }, { tree: merge });
    expect((await line.verify()).errors).toContain(`${FLEET}: ${notTheHeads(line.tip, head)}`);
  });
});

test("a request that no permit ever covered is a warning, and no error", async () => {
  const { code, warnings } = await line.verify();
  expect(code).toBe(0);
  expect(warnings.map(({ path, what }) => `${path}: ${what}`)).toEqual([
    `${CONFIG}: no permit ever covered this request as it is on main`,
  ]);
  line.permit(line.tip, line.tip);
  expect((await line.verify()).warnings).toEqual([]);
});
