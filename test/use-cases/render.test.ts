import { describe, expect, it } from "vitest";
import { compareFiles, readManifestFiles } from "../../src/use-cases/render.ts";

const file = (path: string, text = "x\n") => ({ path, text });

describe("compareFiles", () => {
  it("asks for nothing where everything is as it should be, in whatever order", () => {
    const change = compareFiles([file("a"), file("b")], [file("b"), file("a")]);
    expect(change).toEqual({ write: [], remove: [] });
  });

  it("writes what is new or different, byte for byte, and removes what should not exist", () => {
    const there = [file("same"), file("changed", "x\n"), file("line-end", "x\n"), file("gone")];
    const wanted = [file("same"), file("changed", "y\n"), file("line-end", "x\r\n"), file("new")];
    expect(compareFiles(there, wanted)).toEqual({
      write: [file("changed", "y\n"), file("line-end", "x\r\n"), file("new")],
      remove: ["gone"],
    });
  });

  it("removes everything of a database that is wanted no more", () => {
    expect(compareFiles([file("a"), file("b")], [])).toEqual({ write: [], remove: ["a", "b"] });
  });
});

describe("readManifestFiles", () => {
  it("reads every file of the database's manifests with its path from the top", async () => {
    const files: Record<string, string> = {
      "environments/hr/manifests/a.yaml": "a: 1\n",
      "environments/hr/manifests/b/c.yaml": "",
    };
    const folders: string[] = [];
    const tree = {
      read: async (path: string) => files[path] ?? null,
      entries: async (folder: string) => {
        folders.push(folder);
        return Object.keys(files).map((path) => ({ path, mode: "100644" }));
      },
    };
    const read = await readManifestFiles(tree, "hr");
    expect(read).toEqual(Object.entries(files).map(([path, text]) => ({ path, text })));
    expect(folders).toEqual(["environments/hr/manifests"]);
  });
});
