import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REQUEST, startRepository, type TestRepository } from "./repository.ts";

let repository: TestRepository;

beforeEach(async () => {
  repository = await startRepository();
  await repository.run("render");
  repository.commit();
});
afterEach(() => repository.remove());

describe("what a plan refuses", () => {
  const asked = {
    "a smaller volume": ["size: 20Gi", "size: 10Gi"],
    "another cluster": ["rke-dev", "rke-test"],
  } as const;

  it.each(Object.entries(asked))("is refused by every command, committed or not: %s", async (_name, [from, to]) => {
    await repository.change(REQUEST, from, to);
    const inWorkTree = [["plan"], ["render"], ["render", "--check"]];
    await expectRefused(inWorkTree, "in the work tree");
    repository.commit();
    // A seed wants a clean work tree.
    await expectRefused([...inWorkTree, ["seed", "hr"], ["seed", "hr", "--to", "dump"]], "committed");
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  it("is taken back by going back, also when it was committed", async () => {
    await repository.change(REQUEST, "size: 20Gi", "size: 10Gi");
    repository.commit();
    await repository.change(REQUEST, "size: 10Gi", "size: 20Gi");
    expect(await repository.run("plan")).toMatchObject({ code: 0 });
  });
});

describe("a plan after a render", () => {
  it("says the same as before it", async () => {
    await repository.change(REQUEST, "open_cursors: 500", "open_cursors: 900");
    const before = await repository.run("plan");
    expect(before.out).toContain("open_cursors");
    await repository.run("render");
    expect(await repository.run("plan")).toEqual(before);
  });
});

async function expectRefused(commands: string[][], step: string): Promise<void> {
  for (const command of commands) {
    const { code, out, err } = await repository.run(...command);
    expect(code, `${command.join(" ")} ${step}`).toBe(1);
    expect(out + err).toMatch(/error\[(storage-shrinks|fixed-after-creation)\]/);
  }
}
