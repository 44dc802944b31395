import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { renderFacts } from "../../src/image/facts.ts";
import { imageTag, permitTag } from "../../src/image/image-tag.ts";
import { parseImageReference } from "../../src/image/reference.ts";
import { dumpSource } from "./dump-sources.ts";
import { ROWS, dumpSetOf, sha256 } from "./ingredients.ts";

describe("the facts of a dump set", () => {
  const sources = [dumpSource("b_02.dmp"), dumpSource("b_01.dmp")];
  const facts = renderFacts(dumpSetOf(sources), ROWS);
  const text = (path: string) => facts.files.find((file) => file.path === path)!.text;

  it("satisfy sha256sum -c and sort -c as the container has them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "facts-"));
    for (const { path, text: content } of facts.files) await writeFile(join(folder, path), content);
    for (const { name, content } of sources) await writeFile(join(folder, name), content);
    const { stdout } = await execa("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: folder });
    expect(stdout.split("\n").toSorted()).toEqual(["b_01.dmp: OK", "b_02.dmp: OK", "dumpset.json: OK", "rows.tsv: OK"]);
    const env = { LC_ALL: "C" };
    await execa("sort", ["-c", "SHA256SUMS"], { cwd: folder, env });
    await execa("sort", ["-c", "rows.tsv"], { cwd: folder, env });
    await rm(folder, { recursive: true });
  });

  it("list rows as schema, table and count, sorted bytewise", () => {
    const rows = renderFacts(dumpSetOf([]), [
      ...ROWS,
      { schema: "HR", table: "a", rows: 0 },
      { schema: "HR", table: "É", rows: 1 },
      { schema: "HR", table: "Z", rows: 2 },
    ]);
    expect(rows.files[0]!.text).toBe("HR\tEMPLOYEES\t107\nHR\tZ\t2\nHR\ta\t0\nHR\tÉ\t1\nOE\tORDERS\t7\n");
  });

  it("have the digest of SHA256SUMS, whatever order rows came in", () => {
    expect(facts.digest).toBe(`sha256:${sha256(text("SHA256SUMS"))}`);
    expect(renderFacts(dumpSetOf(sources), ROWS.toReversed()).digest).toBe(facts.digest);
    expect(renderFacts({ ...dumpSetOf(sources), scn: "1" }, ROWS).digest).not.toBe(facts.digest);
  });

  it("refuse a table whose name would break the file", () => {
    expect(() => renderFacts(dumpSetOf([]), [{ schema: "HR", table: "A\tB", rows: 1 }])).toThrow(
      "a tab or a line break",
    );
  });
});

describe("tags", () => {
  it("say dump set, runtime and import inputs, or the permit", () => {
    const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;
    const digests = { dumpSet: digest("a"), runtime: digest("b"), importInputs: digest("c") };
    expect(imageTag(digests)).toBe("aaaaaaaaaaaa-bbbbbbbb-cccccccc");
    expect(permitTag(digest("d"))).toBe(`permit-${"d".repeat(64)}`);
  });
});

describe("an image reference", () => {
  const digest = `sha256:${"0".repeat(64)}`;
  it.each([
    [`registry.example/base/free@${digest}`, "registry.example", "base/free", digest],
    [`127.0.0.1:5000/hr:v1@${digest}`, "127.0.0.1:5000", "hr", digest],
    ["localhost/x:tag", "localhost", "x", "tag"],
    ["gvenzl/oracle-free", "docker.io", "gvenzl/oracle-free", "latest"],
    ["busybox:1", "docker.io", "library/busybox", "1"],
  ])("%s is read as Docker reads it", (text, ...parts) => {
    const { host, repository, reference } = parseImageReference(text);
    expect([host, repository, reference]).toEqual(parts);
  });
  it.each(["", "UPPER/case", "a@sha256:12", "registry.example/a b", "registry.example/"])("%j is refused", (text) => {
    expect(() => parseImageReference(text)).toThrow("is not an image reference");
  });
});
