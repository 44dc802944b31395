import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderReference } from "../../docs/reference/render-reference.ts";
import type { SchemaBook } from "../../src/config/schema-book.ts";
import { REQUEST_BOOK } from "../../src/request/parse-request.ts";
import { SETTINGS_BOOK } from "../../src/settings/parse-settings.ts";

const ROOT = new URL("../../", import.meta.url);

const PAGES: [string, SchemaBook][] = [
  ["docs/reference/database_config.md", REQUEST_BOOK],
  ["docs/reference/settings.md", SETTINGS_BOOK],
];

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

/** Anchors as GitHub makes them from headings, worked out here apart from the product's own function. */
function anchorsOf(page: string): string[] {
  const headings = [...read(page).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1]!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(PAGES)("%s", (page, book) => {
  it("is as the schema makes it", () => {
    // When this fails: node docs/reference/write-reference.ts
    expect(read(page)).toBe(renderReference(read(page), book));
  });

  it("has one anchor for every key, and each once", () => {
    const anchors = anchorsOf(page);
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
    for (const { path } of book.keys) {
      const steps = path
        .replaceAll("[]", ".0")
        .split(".")
        .map((name) => (name === "0" ? 0 : name === "<name>" ? "any" : name));
      expect(anchors).toContain(book.docsOf(steps).split("#")[1]);
    }
  });

  it("describes every key of the schema", () => {
    const bare = book.keys
      .filter(({ path, node }) => !path.endsWith("[]") && !node.description)
      .map(({ path }) => path);
    expect(bare).toEqual([]);
  });

  it("gives an example of every value that has a form, and each example passes its own form", () => {
    for (const { path, node } of book.keys) {
      if (node.pattern === undefined) continue;
      expect({ path, shown: (node.examples ?? [node.default])[0] }).not.toEqual({ path, shown: undefined });
      const pattern = new RegExp(node.pattern, "u");
      const wrong = (node.examples ?? []).filter((example) => !pattern.test(String(example)));
      expect({ path, wrong, words: typeof node.patternErrorMessage }).toEqual({ path, wrong: [], words: "string" });
    }
  });
});

describe("links from problems", () => {
  it("lead to anchors that exist, wherever the source writes one out", () => {
    const links = sourceFiles(new URL("src/", ROOT)).flatMap((file) => [
      ...readFileSync(file, "utf8").matchAll(/docs\/reference\/[a-z_]+\.md#[a-z0-9_-]+/g),
    ]);
    const ours = links.map(([link]) => link.split("#")).filter(([page]) => PAGES.some(([known]) => known === page));
    expect(ours.length).toBeGreaterThan(2);
    expect(ours.filter(([page, anchor]) => !anchorsOf(page!).includes(anchor!))).toEqual([]);
    for (const [page] of PAGES) expect(anchorsOf(page)).toEqual(expect.arrayContaining(["yaml", "keys"]));
  });
});

function sourceFiles(folder: URL): URL[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => new URL(`file://${entry.parentPath.replace(/\/?$/, "/")}${entry.name}`));
}
