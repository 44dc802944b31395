import { describe, expect, it } from "vitest";
import type { Bench } from "../../src/cli/bench.ts";
import { runCli } from "../../src/cli/program.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { startBench } from "./bench.ts";

/** Runs `seedbed init hr` where git has this user name; the file that was written. */
async function init(name: string, ...args: string[]) {
  const written: RenderedFile[] = [];
  const checkout = {
    tree: { read: () => Promise.resolve(null), list: () => Promise.resolve([]) },
    gitUserName: () => Promise.resolve(name),
    write: ({ write }: { write: RenderedFile[] }) => Promise.resolve(void written.push(...write)),
  };
  const { bench, printed } = startBench({
    checkout: () => Promise.resolve(checkout as unknown as never),
  } as Partial<Bench>);
  const code = await runCli(["init", "hr", ...args], bench);
  return { code, printed, owner: /^owner: .*$/m.exec(written[0]?.text ?? "")?.[0] };
}

describe("the owner of a new request", () => {
  it.each(["Ada Lovelace", "", "ada@acme.example", "Ada: the first", "-ada"])(
    "is left to its author where git's user name is no login: %j",
    async (name) => {
      expect(await init(name)).toMatchObject({
        code: 0,
        owner: "owner: # GitHub login of the person who is responsible for it",
      });
    },
  );

  it("is git's user name where that could be a login", async () => {
    expect(await init("ada-l")).toMatchObject({ code: 0, owner: "owner: ada-l # who is responsible for it" });
  });

  it("is the login of the option before that", async () => {
    expect(await init("grace", "--owner", "ada")).toMatchObject({ owner: "owner: ada # who is responsible for it" });
  });

  it("is refused where the option has no login", async () => {
    const { code, printed, owner } = await init("grace", "--owner", "Ada Lovelace");
    expect([code, owner]).toEqual([2, undefined]);
    expect(printed.err).toContain('error[owner-form]: "Ada Lovelace" is not a GitHub login.');
  });
});
