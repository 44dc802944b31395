import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openProcess } from "../../src/adapters/process/actions-exec.ts";
import type { ProgramCall } from "../../src/ports/process.ts";
import { isRunning, Programs } from "./programs.ts";

let programs: Programs;
beforeEach(async () => {
  programs = await Programs.open();
});
afterEach(() => programs.remove());

function run(program: string, call: Partial<ProgramCall> = {}, environment: Record<string, string> = {}) {
  const { signal } = new AbortController();
  return openProcess({ PATH: programs.path, ...environment }).run({
    program,
    arguments: ["get"],
    input: "ghcr.io",
    limitMilliseconds: 30_000,
    signal,
    ...call,
  });
}

/** Waits until a program has written its process id into a file of the folder. */
async function idIn(file: string): Promise<number> {
  for (;;) {
    const text = await programs.wrote(file);
    if (/^\d+\n$/.test(text)) return Number(text);
    await sleep(10);
  }
}

async function untilGone(id: number): Promise<void> {
  while (await isRunning(id)) await sleep(10);
}

describe("a program of this machine", () => {
  it("gets its arguments and its input, and hands back both outputs and its exit code", async () => {
    await programs.add("answer", ['printf "got %s for %s" "$1" "$input"; echo "and why" >&2; exit 3']);
    expect(await run("answer")).toEqual({ kind: "ended", code: 3, stdout: "got get for ghcr.io", stderr: "and why\n" });
    expect(await programs.calls("answer")).toEqual(["get|ghcr.io"]);
  });

  it("shows nothing of what it prints", async () => {
    const written = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
    await programs.add("loud", ["echo canary-out; echo canary-err >&2"]);
    await run("loud");
    const shown = written.flatMap((spy) => spy.mock.calls.map(([text]) => String(text))).join("");
    vi.restoreAllMocks();
    expect(shown).not.toMatch(/canary|loud/);
  });

  it("sees the environment, but none of Seedbed's own secrets", async () => {
    await programs.add("env-of", ["env"]);
    const secrets = { INPUT_SOURCE_PASSWORD: "canary-1", SEEDBED_SSH_PRIVATE_KEY: "canary-2" };
    const end = await run("env-of", {}, { ...secrets, AWS_PROFILE: "seeds" });
    expect(end).toMatchObject({ kind: "ended", stdout: expect.stringContaining("AWS_PROFILE=seeds") });
    expect(JSON.stringify(end)).not.toContain("canary");
  });

  it("may answer without reading its input", async () => {
    await programs.add("deaf", ["exec <&-; echo fine"], { reads: false });
    expect(await run("deaf", { input: "x".repeat(1_000_000) })).toMatchObject({ kind: "ended", stdout: "fine\n" });
  });

  it("that is not there is missing, one that may not be run cannot be started", async () => {
    expect(await run("nobody-has-this")).toEqual({ kind: "missing" });
    expect(await run("..")).toMatchObject({ kind: expect.stringMatching(/missing|unstartable/) });
  });

  it("is killed when its time is up, with its children, although all of them ignore SIGTERM", async () => {
    const stubborn = [
      "trap '' TERM INT HUP",
      "(trap '' TERM INT HUP; echo $BASHPID > $HERE/child; while :; do sleep 1; done) &",
      "echo $$ > $HERE/self",
      "while :; do sleep 1; done",
    ];
    await programs.add("stubborn", stubborn);
    expect(await run("stubborn", { limitMilliseconds: 1500 })).toEqual({ kind: "late" });
    for (const file of ["self", "child"]) await untilGone(await idIn(file));
  });

  it("leaves no child behind that holds its output, and is not waited for because of one", async () => {
    await programs.add("parent", ["sleep 600 & echo $! > $HERE/child", "echo answer"]);
    expect(await run("parent")).toMatchObject({ kind: "ended", code: 0, stdout: "answer\n" });
    await untilGone(await idIn("child"));
  });

  it("is not waited for because of a child in a session of its own that holds its output", async () => {
    await programs.add("parent", [
      "setsid bash -c 'echo $$ > '$HERE'/child; sleep 600' &",
      "while [ ! -s $HERE/child ]; do sleep 0.05; done",
      "echo answer",
    ]);
    expect(await run("parent")).toMatchObject({ kind: "ended", code: 0, stdout: "answer\n" });
    process.kill(-(await idIn("child")), "SIGKILL");
  });

  it("that prints without end is stopped", async () => {
    await programs.add("flood", ["echo $$ > $HERE/self", "yes canary"]);
    expect(await run("flood")).toEqual({ kind: "flooded" });
    await untilGone(await idIn("self"));
  });

  it("ended by a signal has no exit code", async () => {
    await programs.add("dies", ["kill -9 $$"]);
    expect(await run("dies")).toMatchObject({ kind: "ended", code: null });
  });

  it("ends with a cancel, whose reason is what the caller gets", async () => {
    const cancel = new AbortController();
    await programs.add("slow", ["trap '' TERM INT", "echo $$ > $HERE/self", "while :; do sleep 1; done"]);
    const running = run("slow", { signal: cancel.signal });
    const id = await idIn("self");
    cancel.abort(new Error("cancelled by a person"));
    await expect(running).rejects.toThrow("cancelled by a person");
    await untilGone(id);
  });

  it("is not started after a cancel", async () => {
    await programs.add("never", ["echo x"]);
    await expect(run("never", { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow("too late");
    expect(await programs.calls("never")).toEqual([]);
  });
});
