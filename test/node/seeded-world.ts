import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Narrator } from "../demo/narrator.ts";
import { openWorld, writeRequest } from "../demo/chapters/request.ts";
import { seedFirst } from "../demo/chapters/seed.ts";
import { Stage } from "../demo/stage.ts";
import { CANARIES } from "../world/canaries.ts";
import type { ManifestFile } from "../world/cluster/read-manifests.ts";
import { BASE_IMAGES } from "../world/image/profiles.ts";
import type { PushedImage, PushTarget } from "../world/image/push.ts";
import { removeWorld, startWorld, type World } from "../world/world.ts";

const TOP = join(import.meta.dirname, "../..");
const REQUEST = "environments/hr/database_config.yaml";
export const MASKING = "environments/hr/scripts/mask.sql";
export const SETTINGS = ".github/seedbed.yml";

/** The database `hr`, seeded by the product's own commands from a base image that runs on a real node. */
export class SeededWorld {
  readonly world: World;
  readonly #stage: Stage;

  private constructor(stage: Stage) {
    this.#stage = stage;
    this.world = stage.world;
  }

  /** `folder` is the world's and goes with it; `profile` is that of the base image. */
  static async start(
    folder: string,
    pushBase: (target: PushTarget) => Promise<PushedImage>,
    profile: keyof typeof BASE_IMAGES = "gvenzl-free",
  ): Promise<SeededWorld> {
    // A dump goes into no database whose file of time zones is older.
    const { timeZoneFile } = BASE_IMAGES[profile].database;
    const world = await startWorld({ folder, pushBase, source: { timeZoneFile } });
    const stage = new Stage(world, new Narrator(() => undefined, false), join(TOP, "src/cli.ts"));
    await openWorld(stage);
    await stage.write(SETTINGS, (await stage.read(SETTINGS)).replace("profile: gvenzl-free", `profile: ${profile}`));
    await writeRequest(stage, join(TOP, "environments"));
    await seedFirst(stage);
    return new SeededWorld(stage);
  }

  /** The checkout with the requests. */
  get repository(): string {
    return this.#stage.repository;
  }

  /** Who may pull the seed images. */
  get puller(): { username: string; password: string } {
    return { username: "puller", password: CANARIES.pullPassword };
  }

  /** As External Secrets would have made them. */
  get secrets(): Record<string, Record<string, string>> {
    return { "hr-app": { password: CANARIES.appPassword } };
  }

  /** The manifests as they are in the repository. */
  async manifests(): Promise<ManifestFile[]> {
    const folder = join(this.#stage.repository, "environments/hr/manifests");
    const names = (await readdir(folder)).toSorted();
    return Promise.all(
      names.map(async (name) => ({ path: `manifests/${name}`, text: await readFile(join(folder, name), "utf8") })),
    );
  }

  /** Replaces a text of the request and renders again. */
  change(from: string, to: string): Promise<void> {
    return this.changeFile(REQUEST, from, to);
  }

  /** Replaces a text of a file, which must be there, and renders again. */
  async changeFile(path: string, from: string, to: string): Promise<void> {
    const before = await this.#stage.read(path);
    if (!before.includes(from)) throw new Error(`${path} has no ${from}`);
    await this.#stage.write(path, before.replace(from, to));
    await this.#stage.commit(`Change ${path}`);
    await this.#command("render", "hr");
    if ((await this.#stage.git("status", "--porcelain")) !== "") await this.#stage.commit("Render");
  }

  /** Somebody is hired at the source; then a new export of the same request, and an image with it. */
  async reseed(): Promise<void> {
    const row = [9001, "New", "Colleague", "new@corp.example", "+49 30 1", "2026-11-01", "CLERK", 3000, 1, 10];
    this.world.source.data.insert("HR", "EMPLOYEES", [row]);
    await this.#command("seed", "hr");
    await this.#stage.commit("Seed again");
  }

  async #command(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await this.#stage.seedbed(args);
    if (code !== 0) throw new Error(`seedbed ${args.join(" ")}: exit ${code}\n${stdout}\n${stderr}`);
  }

  async close(): Promise<void> {
    await this.world.close();
    await removeWorld(this.world.folder);
  }
}
