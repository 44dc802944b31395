import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const top = join(import.meta.dirname, "../..");
const page = readFileSync(join(top, "docs/design.md"), "utf8");
const map = page.slice(page.indexOf("\n## Code map"));
const rows = map.split("\n").filter((line) => line.startsWith("| `"));

/** Folders of the product that hold files. */
function folders(folder: string): string[] {
  const entries = readdirSync(join(top, folder), { withFileTypes: true });
  const own = entries.some((entry) => entry.isFile()) && folder !== "src" && folder !== "bot" ? [folder] : [];
  return [...own, ...entries.filter((one) => one.isDirectory()).flatMap(({ name }) => folders(`${folder}/${name}`))];
}

describe("the code map in docs/design.md", () => {
  const named = rows.flatMap((row) => [...row.split(" | ")[0]!.matchAll(/`([^`]+)`/g)].map(([, folder]) => folder!));

  test("has a row for every folder of src and bot, and for no other", () => {
    expect(named.filter((name) => /^(?:src|bot)\//.test(name)).toSorted()).toEqual(
      [...folders("src"), ...folders("bot")].toSorted(),
    );
  });

  test("names no folder twice", () => {
    expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual([]);
  });

  test("has no loose file in src beside the entries", () => {
    const files = readdirSync(join(top, "src")).filter((name) => statSync(join(top, "src", name)).isFile());
    expect(files.toSorted()).toEqual(["cli.ts", "launch.ts", "main.ts", "post.ts"]);
  });
});

describe.each(["docs/design.md", "docs/security.md", "CONTRIBUTING.md", "test/world/README.md"])("%s", (name) => {
  const text = readFileSync(join(top, name), "utf8");
  const paths = [...text.matchAll(/`((?:src|bot|test|docs|environments)\/[\w./-]+)`/g)].map(([, path]) => path!);

  test("names only files and folders that are there", () => {
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.filter((path) => !existsSync(join(top, path)))).toEqual([]);
  });
});
