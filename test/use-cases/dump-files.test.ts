import { describe, expect, it } from "vitest";
import { SeedbedError } from "../../src/problem/error.ts";
import type { FileFacts, SourceHost } from "../../src/ports/source-host.ts";
import { dumpPaths, explainGone, expectUnchanged, readFileFacts } from "../../src/use-cases/dump-files.ts";

const FACTS: FileFacts = { bytes: 4096, modified: 1_790_000_000 };

/** A host that has exactly these files. */
function hostOf(files: Record<string, FileFacts>): Pick<SourceHost, "facts"> {
  return { facts: (path) => Promise.resolve(files[path] ?? null) };
}

describe("the files of an export", () => {
  it.each([
    ["/u01/dump", "/u01/dump/a.dmp"],
    ["/u01/dump/", "/u01/dump/a.dmp"],
    ["C:\\dump", "C:\\dump\\a.dmp"],
    ["C:\\dump\\", "C:\\dump\\a.dmp"],
    ["C:/dump", "C:/dump/a.dmp"],
  ])("lie in %s by the separator of their host", async (path, expected) => {
    const exported = { directory: { name: "SEEDBED_DIR", path }, files: ["a.dmp"] };
    expect(dumpPaths(exported)).toEqual([expected]);
    expect(await readFileFacts(hostOf({ [expected]: FACTS }), dumpPaths(exported))).toEqual([FACTS]);
  });

  it("are missed by name, and noticed when they change", async () => {
    await expect(readFileFacts(hostOf({}), ["C:\\dump\\a.dmp"])).rejects.toThrow(
      "C:\\dump\\a.dmp is no longer on the source",
    );
    const after = hostOf({ a: { ...FACTS, bytes: 1 } });
    const gone = new SeedbedError("source-no-such-file", "The SSH host has no /d/a.dmp: No such file", { fix: "x" });
    expect(explainGone(gone)).toMatchObject({
      code: "dump-file-gone",
      message: expect.stringMatching(/by another run or by hand\. .*a\.dmp/),
    });
    const other = new SeedbedError("source-sftp-failed", "x", { fix: "x" });
    expect(explainGone(other)).toBe(other);
    await expect(expectUnchanged(after, ["a"], [FACTS])).rejects.toMatchObject({ code: "dump-files-changed" });
  });
});
