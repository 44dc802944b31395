import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { ObjectReader, type FoundObject } from "./object-reader.ts";
import { encodeObject, parseTree, type ObjectType, type TreeRow } from "./objects.ts";

/** `<SHA>`, or what it is peeled to. */
const FULL = /^([0-9a-f]{40})(?:\^\{(\w+)\})?$/;

/** The objects of a repository. What has a full name never changes, so git is asked for it once. */
export class ObjectStore {
  readonly #folder: string;
  readonly #reader: ObjectReader;
  readonly #known = new Map<string, FoundObject>();
  /** Without their bytes. */
  readonly #seen = new Map<string, FoundObject>();
  readonly #trees = new Map<string, TreeRow[]>();

  constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#reader = new ObjectReader(folder, env);
  }

  close(): void {
    this.#reader.close();
  }

  /** null if nothing has this name, which may be any that `git rev-parse` takes. The bytes may be missing. */
  async find(name: string): Promise<FoundObject | null> {
    const known = this.#recall(name) ?? this.#seen.get(name);
    if (known) return known;
    const found = await this.#reader.find(name);
    if (found !== null) this.#seen.set(found.sha, found);
    return found;
  }

  async read(name: string): Promise<FoundObject | null> {
    const known = this.#recall(name);
    if (known !== null) return known;
    const found = await this.#reader.read(name);
    if (found !== null) this.#known.set(found.sha, found);
    return found;
  }

  /** The rows of a tree by its own name. */
  async rows(tree: string): Promise<TreeRow[]> {
    const known = this.#trees.get(tree);
    if (known) return known;
    const found = await this.read(tree);
    if (found?.type !== "tree") throw new Error(`there is no tree ${tree}`);
    const rows = parseTree(found.bytes);
    this.#trees.set(tree, rows);
    return rows;
  }

  /** As git's loose objects are (git-scm.com, "Git Internals - Git Objects"), in one step for whoever reads meanwhile. */
  write(type: ObjectType, content: Buffer): Promise<string> {
    const { sha, bytes } = encodeObject(type, content);
    if (!this.#known.has(sha)) writeLoose(join(this.#folder, "objects"), sha, bytes);
    this.#known.set(sha, { sha, type, size: content.length, bytes: content });
    return Promise.resolve(sha);
  }

  #recall(name: string): FoundObject | null {
    const [, sha = "", as = "object"] = FULL.exec(name) ?? [];
    const known = this.#known.get(sha);
    if (known === undefined) return null;
    if (as === "object" || as === known.type) return known;
    const tree = as === "tree" && known.type === "commit" ? /^tree ([0-9a-f]{40})$/m.exec(known.bytes.toString())! : [];
    return this.#known.get(tree[1] ?? "") ?? null;
  }
}

function writeLoose(objects: string, sha: string, bytes: Buffer): void {
  const folder = join(objects, sha.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  const draft = join(objects, `tmp_obj_${sha}`);
  writeFileSync(draft, deflateSync(bytes, { level: 1 }));
  renameSync(draft, join(folder, sha.slice(2)));
}
