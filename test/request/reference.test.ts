import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listSources } from "../../docs/reference/list-sources.ts";
import { renderErrorPage } from "../../docs/reference/render-errors.ts";
import { renderReference } from "../../docs/reference/render-reference.ts";
import type { SchemaBook } from "../../src/document/schema-book.ts";
import { ERROR_CATALOGUE } from "../../src/export/error-catalogue.ts";
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

describe("docs/troubleshooting.md", () => {
  it("has the errors as the code says them", () => {
    // When this fails: node docs/reference/write-reference.ts
    const page = read("docs/troubleshooting.md");
    expect(page).toBe(renderErrorPage(page, listSources()));
  });

  it("misses no error of Oracle's that the code explains, and no failure of the container", () => {
    const page = read("docs/troubleshooting.md");
    const shell = listSources().filter(({ path }) => path.endsWith(".sh"));
    const failures = shell.flatMap(({ text }) => [...text.matchAll(/\bfail ([a-z]+(?:-[a-z]+)*) ["']/g)]);
    const codes = [...Object.keys(ERROR_CATALOGUE), ...failures.map(([, code]) => code!)];
    expect(codes.length).toBeGreaterThan(70);
    expect(codes.filter((code) => !page.includes(`\n| \`${code}\` |`))).toEqual([]);
  });

  it("has a row for every refusal of the door and every error of the adapters", () => {
    const page = read("docs/troubleshooting.md");
    const files = listSources().filter(({ path }) => /^src\/(?:door|adapters|export|use-cases)\//.test(path));
    const codes = files.flatMap(({ text }) => [...text.matchAll(/(?:SeedbedError|refuse)\(\s*"([a-z-]+)"/g)]);
    expect(codes.length).toBeGreaterThan(50);
    const missing = codes.map(([, code]) => code!).filter((code) => !page.includes(`\n| \`${code}\` |`));
    // Their whole text is the problems that were found.
    expect([...new Set(missing)].toSorted()).toEqual(["source-not-ready"]);
  });
});

describe("links", () => {
  it.each(["src/", "bot/"])("from %s lead to pages and anchors that exist", (folder) => {
    const links = textFiles(new URL(folder, ROOT)).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/(?<![\w/.-])docs\/[\w./-]+\.md(?:#[\w-]+)?/g)].map(([link]) => link),
    );
    expect(links.length).toBeGreaterThan(3);
    expect([...new Set(links)].filter((link) => !leadsSomewhere(link))).toEqual([]);
  });

  it("that are put together from a page and an anchor do so too", () => {
    for (const [page] of PAGES) expect(anchorsOf(page)).toEqual(expect.arrayContaining(["yaml", "keys"]));
    const risks = [...read("src/plan/find-risks.ts").matchAll(/docs: [`"]([a-z_]+)(?=[`"$])/g)].map(
      ([, anchor]) => anchor!,
    );
    expect(risks.length).toBeGreaterThan(5);
    expect(risks.filter((anchor) => !isBeginning(anchor, anchorsOf("docs/reference/database_config.md")))).toEqual([]);
  });

  it("to tests, as security.md names them, lead to files that exist", () => {
    const named = [...read("docs/security.md").matchAll(/`(test\/[\w./-]+)`/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });

  it("between pages lead to files and anchors that exist", () => {
    const pages = ["README.md", "CONTRIBUTING.md", ...pagesBelow("docs/")];
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(resolve(page, target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });
});

/** The texts of `docs: \`databasesafety${key}\`` are beginnings of anchors. */
function isBeginning(text: string, anchors: readonly string[]): boolean {
  return anchors.some((anchor) => anchor === text || (text === "databasesafety" && anchor.startsWith(text)));
}

function leadsSomewhere(link: string): boolean {
  const [page = "", anchor] = link.split("#");
  if (!existsSync(new URL(page, ROOT))) return false;
  return anchor === undefined || anchorsOf(page).includes(anchor);
}

/** A link of a page as a path from the top; `#anchor` alone is the page itself. */
function resolve(page: string, target: string): string {
  if (target.startsWith("#")) return page + target;
  return new URL(target, `https://top.example/${page}`).href.slice("https://top.example/".length);
}

function pagesBelow(folder: string): string[] {
  return readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}${name}`);
}

/** Everything that a person may read a link in: code and the templates that users copy. */
function textFiles(folder: URL): URL[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|md|yml|json|sh)$/.test(entry.name))
    .map((entry) => new URL(`file://${entry.parentPath.replace(/\/?$/, "/")}${entry.name}`));
}
