import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const TOP = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(TOP, path), "utf8");
const find = (...patterns: string[]) =>
  globSync(patterns, { cwd: TOP, exclude: ["**/node_modules", ".git"] }).toSorted();

const IMAGES = find("**/{Dockerfile,Containerfile}*").filter((path) => !path.endsWith(".dockerignore"));
const WORKFLOWS = [
  ...find(".github/workflows/*.{yml,yaml}", "src/templates/*.yml", "dist/templates/*.yml"),
  "action.yml",
];

/** Base images of a Dockerfile that are named by what can be moved: a tag, or an argument of the build. Earlier stages are no images. */
function findMovable(dockerfile: string): string[] {
  const lines = dockerfile.split("\n").map((line) => line.trim().split(/\s+/));
  const stages = new Set(["scratch"]);
  const named = lines.flatMap(([instruction = "", ...words]) => {
    const source = words.find((word) => !word.startsWith("--")) ?? "";
    if (/^FROM$/i.test(instruction)) {
      const [as, stage] = words.slice(words.indexOf(source) + 1);
      const isStage = stages.has(source.toLowerCase());
      if (/^as$/i.test(as ?? "")) stages.add(stage!.toLowerCase());
      return isStage ? [] : [source];
    }
    const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
    return from === undefined || stages.has(from.toLowerCase()) || /^\d+$/.test(from) ? [] : [from];
  });
  return named.filter((image) => !/^[^$@]+@sha256:[0-9a-f]{64}$/.test(image));
}

/** What a workflow or an action runs by a name that can be moved: `uses` without a commit, an image without a digest. */
function findMovableUses(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (key === "uses" && typeof inner === "string") return isFixed(inner) ? [] : [inner];
    if (/^(?:image|container)$/.test(key) && typeof inner === "string")
      return /@sha256:[0-9a-f]{64}$/.test(inner) ? [] : [inner];
    return findMovableUses(inner);
  });
}

/** `SEEDBED_ACTION` stands for what `seedbed init --platform` puts there, which refuses all but a commit. */
function isFixed(uses: string): boolean {
  if (uses === "SEEDBED_ACTION" || uses.startsWith("./")) return true;
  return uses.startsWith("docker://") ? /@sha256:[0-9a-f]{64}$/.test(uses) : /@[0-9a-f]{40}$/.test(uses);
}

describe("nothing that is run is named by what can be moved", () => {
  test.each(IMAGES)("in %s", (path) => expect(findMovable(read(path))).toEqual([]));

  test.each(WORKFLOWS)("in %s", (path) => expect(findMovableUses(parse(read(path)))).toEqual([]));

  test("and the files that are looked at are those that are there", () => {
    expect(IMAGES).toEqual(["bot/Dockerfile"]);
    expect(WORKFLOWS).toEqual(expect.arrayContaining([".github/workflows/ci.yml", "src/templates/provision.yml"]));
  });

  test("each commit says which version it is, and a proposal of a newer one comes by itself", () => {
    for (const path of WORKFLOWS)
      for (const [line] of read(path).matchAll(/^.*uses: .*@[0-9a-f]{40}.*$/gm))
        expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
    const { updates } = parse(read(".github/dependabot.yml")) as { updates: Record<string, string>[] };
    const watched = updates.map(({ "package-ecosystem": kind, directory }) => `${kind} ${directory}`);
    expect(watched).toEqual(expect.arrayContaining(["docker /bot", "github-actions /", "npm /"]));
  });
});

const DIGEST = `sha256:${"0".repeat(64)}`;

test.each([
  ["FROM node:24-slim", ["node:24-slim"]],
  ["ARG BASE=node:24\nFROM ${BASE}", ["${BASE}"]],
  [`ARG BASE=node@${DIGEST}\nFROM $BASE AS x`, ["$BASE"]],
  [`from --platform=$BUILDPLATFORM node@sha256:12 as build`, ["node@sha256:12"]],
  [`FROM node:24@${DIGEST} AS build\nFROM build\nCOPY --from=build /a /a\nCOPY --from=0 /b /b\nFROM scratch`, []],
  [`FROM node@${DIGEST}\nCOPY --from=busybox /bin/sh /bin/sh`, ["busybox"]],
])("of a Dockerfile %j is movable: %j", (text, expected) => expect(findMovable(text)).toEqual(expected));

test.each([
  ["steps: [{ uses: actions/checkout@v4 }]", ["actions/checkout@v4"]],
  ["steps: [{ uses: actions/checkout@11bd719 }]", ["actions/checkout@11bd719"]],
  ["steps: [{ uses: docker://alpine }, { uses: ./x }]", ["docker://alpine"]],
  ["jobs: { a: { uses: acme/x/.github/workflows/a.yml@main } }", ["acme/x/.github/workflows/a.yml@main"]],
  ["jobs: { a: { container: node, services: { b: { image: redis:7 } } } }", ["node", "redis:7"]],
])("of a workflow %j is movable: %j", (text, expected) => expect(findMovableUses(parse(text))).toEqual(expected));
