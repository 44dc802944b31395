import { generateKeyPairSync } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { emptyLock } from "../../../src/lock/advance-lock.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { renderedFor, seedDatabase } from "../../bot/budget/seeded-databases.ts";
import { renderDemoSettings } from "../../demo/settings.ts";
import { exampleSettings, readExample } from "../../request/read-example.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { Configuration } from "./random-request.ts";

const TOP = join(import.meta.dirname, "../../..");
const { privateKey: key } = generateKeyPairSync("ed25519");

/** The rendered files of one database. */
export interface Tree {
  name: string;
  files: { path: string; text: string }[];
}

/** An object with the very bytes that a file has of it. */
export interface Written {
  object: ClusterObject;
  text: string;
}

/** Every object of a tree, its Namespace first. fleet.yaml is Fleet's and no object. */
export function objectsOf({ files }: Tree): Written[] {
  const texts = files.filter(({ path }) => !path.endsWith("fleet.yaml")).flatMap(({ text }) => text.split(/^---\n/m));
  return texts.map((text) => ({ text, object: parse(text) as ClusterObject }));
}

/** The one object of a kind in a tree. */
export function objectOf(tree: Tree, kind: string, name?: string): ClusterObject {
  const found = objectsOf(tree).find(
    ({ object }) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  if (!found) throw new Error(`${tree.name} has no ${kind} ${name ?? ""}`);
  return found.object;
}

/** The files that the tests of the renderer compare with, as they are in the repository. */
export function goldenTrees(): Tree[] {
  const golden = join(TOP, "test/manifests/golden");
  return globSync("environments/*", { cwd: golden }).map((folder) => ({
    name: `golden ${folder}`,
    files: globSync(`${folder}/manifests/*.yaml`, { cwd: golden })
      .toSorted()
      .map((path) => ({ path, text: readFileSync(join(golden, path), "utf8") })),
  }));
}

/** The examples below environments/ with the settings that they are shown with, before and after their first seed. */
export function exampleTrees(): Tree[] {
  const settings = readFileSync(join(TOP, ".github/seedbed.yml"), "utf8");
  return ["hr", "orders"].flatMap((name) => bothTrees({ files: readExample(name), settings }));
}

/** The demo's database. */
export function demoTrees(): Tree[] {
  const world = {
    ssh: { port: 2222, hostKey: exampleSettings().sources["hr-prod"]!.ssh.host_key },
    registry: { host: "127.0.0.1:5000" },
    baseDigest: `sha256:${"5".repeat(64)}`,
  };
  const files = { ...readExample("hr"), database: "demo-hr" };
  return bothTrees({ files, settings: renderDemoSettings(world) });
}

/** A database before its first seed, and after it. */
export function bothTrees(configuration: Configuration): Tree[] {
  const { files, settings } = configuration;
  const waiting = renderedFor(files, { lock: emptyLock(files.database), settings });
  return [treeOf(`${files.database}, not yet seeded`, waiting), seededTree(configuration)];
}

/** A database after its first seed, or with what came of its lock since. */
export function seededTree({ files, settings }: Configuration, since: (lock: Lock) => void = () => {}): Tree {
  const at = "2026-11-22T15:00:00Z";
  const { lock } = seedDatabase(files.database, { settings, key, request: files.files, at });
  since(lock);
  return treeOf(`${files.database}, seeded`, renderedFor(files, { lock, settings }));
}

function treeOf(name: string, texts: Record<string, string>): Tree {
  return { name, files: Object.entries(texts).map(([path, text]) => ({ path, text })) };
}
