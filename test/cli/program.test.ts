import { decodeFile, requireRegular, requireSmall } from "../../src/database/unreadable-file.ts";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import { startBench } from "./bench.ts";

const COMMANDS = ["init", "validate", "plan", "render", "seed", "verify", "demo"];

describe("help", () => {
  it.each([["--help"], ["-h"], ["help"]])("of seedbed names every command and the exit codes: %s", async (arg) => {
    const { bench, printed } = startBench();
    expect(await runCli([arg], bench)).toBe(0);
    for (const command of COMMANDS) expect(printed.out).toMatch(new RegExp(`^  ${command} `, "m"));
    expect(printed.out).toContain("Exit codes: 0 everything holds, 1 findings, 2 could not run.");
    expect(printed.err).toBe("");
  });

  it.each(COMMANDS)("of %s exits 0, fits the terminal and says what it does", async (command) => {
    const { bench, printed } = startBench({ width: 80 });
    expect(await runCli([command, "--help"], bench)).toBe(0);
    expect(printed.out).toMatch(new RegExp(`^Usage: seedbed ${command}\\b.*\\n\\n\\S`));
    expect(printed.err).toBe("");
    const other = startBench();
    expect(await runCli(["help", command], other.bench)).toBe(0);
  });

  it.each(["--version", "-V"])("%s prints the version alone", async (option) => {
    const { bench, printed } = startBench({ version: "7.8.9" });
    expect(await runCli([option], bench)).toBe(0);
    expect(printed).toEqual({ out: "7.8.9\n", err: "" });
  });

  it("of seed lists every secret, and where it is read", async () => {
    const { bench, printed } = startBench();
    await runCli(["seed", "--help"], bench);
    expect(printed.out).toContain("Secrets, each read from the variable <NAME> or from the file named in <NAME>_FILE:");
    expect(printed.out).toContain(
      "A registry's login is, in this order: its two variables; Docker's login for that registry",
    );
    expect(printed.out.match(/^ {2}SEEDBED_\w+/gm)).toEqual([
      "  SEEDBED_SSH_PRIVATE_KEY",
      "  SEEDBED_SOURCE_USER",
      "  SEEDBED_SOURCE_PASSWORD",
      "  SEEDBED_REGISTRY_USERNAME",
      "  SEEDBED_REGISTRY_PASSWORD",
      "  SEEDBED_BASE_USERNAME",
      "  SEEDBED_BASE_PASSWORD",
      "  SEEDBED_SSH_PASSPHRASE",
    ]);
  });
});

describe("a command line that is none", () => {
  it.each([[["sed"]], [["seed"]], [["validate", "--what"]], [["init", "a", "b"]]])(
    "ends with 2 and a word on what there is: %j",
    async (args) => {
      const { bench, printed } = startBench();
      expect(await runCli(args, bench)).toBe(2);
      expect(printed.err).toMatch(
        /^error: .+\n(?:\(Did you mean .*\)\n)?\n?Run seedbed --help to see all commands\.\n/,
      );
      expect(printed.out).toBe("");
    },
  );

  it("is data for machines", async () => {
    const { bench, printed } = startBench();
    expect(await runCli(["validate", "--json", "--what"], bench)).toBe(2);
    expect(JSON.parse(printed.out)).toEqual({
      version: 1,
      error: { code: "usage", message: "unknown option '--what'", fix: "Run seedbed --help to see all commands." },
    });
  });
});

describe("an error", () => {
  const failing = (error: unknown) => startBench({ checkout: () => Promise.reject(error as Error) });
  const known = new SeedbedError("git-failed", "git rev-parse failed: fatal: not a git repository", {
    fix: "Go there.\nThen back.",
  });

  it("that was thought of says what to do, with its lines under each other", async () => {
    const { bench, printed } = failing(known);
    expect(await runCli(["validate"], bench)).toBe(2);
    expect(printed).toEqual({
      out: "",
      err: "error[git-failed]: git rev-parse failed: fatal: not a git repository\n  = fix: Go there.\n         Then back.\n",
    });
  });

  it("is the same as data", async () => {
    const { bench, printed } = failing(known);
    expect(await runCli(["validate", "--json"], bench)).toBe(2);
    const { code, message, fix } = known;
    expect(JSON.parse(printed.out)).toEqual({ version: 1, error: { code, message, fix } });
    expect(printed.err).toContain("error[git-failed]");
  });

  it("that nobody thought of keeps its stack for the report, and is no crash", async () => {
    const { bench, printed } = failing(new TypeError("x is not a function"));
    expect(await runCli(["plan", "--json"], bench)).toBe(2);
    expect(printed.err).toMatch(/^error\[unexpected\]: TypeError: x is not a function\n {4}at .*/);
    expect(printed.err).toContain("= fix: This is a bug in Seedbed. Please report it with the output above.");
    expect(JSON.parse(printed.out)).toMatchObject({ error: { code: "unexpected", message: "x is not a function" } });
    const thrown = failing("no error at all");
    expect(await runCli(["plan"], thrown.bench)).toBe(2);
    expect(thrown.printed.err).toContain("error[unexpected]: no error at all");
  });

  it.each([
    ["a link", () => requireRegular({ path: "a.yaml", mode: "120000" })],
    ["no text", () => decodeFile("a.yaml", Buffer.from([0xff]))],
    ["too large", () => requireSmall("a.yaml", 3 * 1024 * 1024)],
  ])("about the repository's own files is a finding: %s", async (_name, read) => {
    let thrown: unknown;
    try {
      read();
    } catch (error) {
      thrown = error;
    }
    const { bench } = failing(thrown);
    expect(await runCli(["validate"], bench)).toBe(1);
  });

  it("has colours on a terminal only", async () => {
    const { bench, printed } = failing(known);
    await runCli(["validate"], { ...bench, color: true });
    expect(printed.err).toContain("\u001b[1;31merror[git-failed]\u001b[0m: \u001b[1mgit rev-parse");
  });
});

describe("demo", () => {
  it.each([
    [0, 0],
    [1, 2],
    [137, 2],
  ])("that ends with %i ends the command with %i", async (ended, expected) => {
    const asked: string[][] = [];
    const { bench } = startBench({
      demo: (args) => {
        asked.push(args);
        return Promise.resolve(ended);
      },
    });
    expect(await runCli(["demo", "--keep", "here"], bench)).toBe(expected);
    expect(asked).toEqual([["--keep", "here"]]);
  });
});
