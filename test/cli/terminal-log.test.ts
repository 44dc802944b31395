import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createTerminalLog } from "../../src/adapters/terminal/log.ts";

const MIB = 1024 ** 2;

/** A terminal that keeps what it was given. */
function startTerminal() {
  let text = "";
  const stream = Object.assign(
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        text += chunk.toString("utf8");
        done();
      },
    }),
    { isTTY: true, columns: 100, rows: 24, cursorTo: () => true },
  );
  let now = 0;
  const log = createTerminalLog({
    write: (line) => void stream.write(line),
    interactive: true,
    now: () => (now += 10),
    stream,
  });
  return { log, read: () => text };
}

it("two files that are read at once have one bar each, and their rates count from their own beginning", async () => {
  const { log, read } = startTerminal();
  const total = 80 * MIB;
  await log.group("stream and push", async () => {
    for (let done = 1; done <= 80; done += 1)
      for (const subject of ["a.dmp", "b.dmp"]) log.progress(subject, { done: done * MIB, total, unit: "bytes" });
  });
  log.end();
  // Without what moves the cursor: a bar that was given up for the next one would have left its line.
  expect(read().split("\n").length).toBeLessThan(12);
  expect(read().match(/^.*a\.dmp: 80.*$/gm)).toHaveLength(1);
  expect(read()).not.toContain("GiB/s");
});
