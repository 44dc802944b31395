import type { Bot } from "../../../bot/app.ts";
import type { GitHubOptions } from "../../world/github/github.ts";
import { person, type Edits } from "../../world/github/person.ts";
import { expect } from "vitest";
import { exampleRequest, settle, startWorld, type BotWorld, type StartOptions } from "./start-world.ts";

export const CONFIG = "environments/hr/database_config.yaml";

/** A simulated GitHub with a running bot, and the actions of attackers and reviewers. */
export interface Scene {
  world: BotWorld;
  /** The running bot: a test that stops it puts its successor here. */
  bot: Bot;
  files: Record<string, string>;
  open(edits: Edits, options?: { login?: string; branch?: string }): Promise<number>;
  approve(pull: number, login?: string): Promise<void>;
  /** Text of the latest check of this name. */
  summary(name: string): string;
  /** Tries to merge, fails if GitHub allows it, and returns GitHub's message. */
  refusedMerge(pull: number, login?: string): Promise<string>;
  /** Merges and lets the bot see it; fails if GitHub refuses. */
  merge(pull: number, login?: string): Promise<void>;
  /** A file on main. */
  show(path: string): Promise<string | null>;
  settle(): Promise<void>;
}

export type SceneOptions = StartOptions & { github?: Partial<GitHubOptions> };

export async function startScene({ github = {}, ...options }: SceneOptions = {}): Promise<Scene> {
  const world = await startWorld(github);
  const rest = () => settle(world, scene.bot);
  const scene: Scene = {
    world,
    bot: await world.start(options),
    files: exampleRequest(),
    settle: rest,
    open: async (edits, { login = "ada", branch = "attack" } = {}) => {
      await person(world.github, login).push({ branch, edits });
      const pull = await person(world.github, login).openPull(branch, "Change");
      await rest();
      return pull;
    },
    approve: async (pull, login = "grace") => {
      world.clock.step(1000);
      await person(world.github, login).review(pull, "APPROVE");
      await rest();
    },
    summary: (name) => world.github.state.checkRuns.findLast((run) => run.name === `seedbed/${name}`)!.summary ?? "",
    refusedMerge: async (pull, login = "ada") => {
      const answer = await person(world.github, login).merge(pull);
      expect(answer.status).toBe(405);
      expect(world.github.state.mergesRefused.at(-1)!.pull).toBe(pull);
      return String(answer.json["message"]);
    },
    merge: async (pull, login = "ada") => {
      const answer = await person(world.github, login).merge(pull);
      expect(answer).toMatchObject({ status: 200 });
      await rest();
    },
    show: (path) => world.github.state.git.git(["show", `main:${path}`]).catch(() => null),
  };
  return scene;
}

export async function endScene({ world }: Scene): Promise<void> {
  expect(world.github.calls.violations).toEqual([]);
  await world.close();
}
