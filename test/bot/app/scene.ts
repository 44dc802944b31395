import type { Bot } from "../../../bot/app.ts";
import { readSecretFile } from "../../../bot/adapters/secret-file.ts";
import { readBotEnv } from "../../../bot/env.ts";
import { createMainLook } from "../../../bot/run/look-at-main.ts";
import type { GitHubOptions } from "../../world/github/github.ts";
import { person, type Edits } from "../../world/github/person.ts";
import { expect } from "vitest";
import { exampleRequest, nextSecond, settle, startWorld, type BotWorld } from "./start-world.ts";

export const CONFIG = "environments/hr/database_config.yaml";

/** A simulated GitHub with a running bot, and the actions of attackers and reviewers. */
export interface Scene {
  world: BotWorld;
  bot: Bot;
  files: Record<string, string>;
  open(edits: Edits, options?: { login?: string; branch?: string }): Promise<number>;
  approve(pull: number, login?: string): Promise<void>;
  /** Text of the latest check of this name. */
  summary(name: string): string;
  /** Tries to merge, fails if GitHub allows it, and returns GitHub's message. */
  refusedMerge(pull: number, login?: string): Promise<string>;
  settle(): Promise<void>;
}

export interface SceneOptions {
  github?: Partial<GitHubOptions>;
  /** Whether the bot also looks at main, so that it signs permits and starts runs; default: false. */
  main?: boolean;
}

export async function startScene({ github = {}, main = false }: SceneOptions = {}): Promise<Scene> {
  const world = await startWorld(github);
  const bot = await world.start(main ? { lookAtMain: lookAtMainOf(world) } : {});
  const rest = () => settle(world, bot);
  return {
    world,
    bot,
    files: exampleRequest(),
    settle: rest,
    open: async (edits, { login = "ada", branch = "attack" } = {}) => {
      await person(world.github, login).push({ branch, edits });
      const pull = await person(world.github, login).openPull(branch, "Change");
      await rest();
      return pull;
    },
    approve: async (pull, login = "grace") => {
      await nextSecond();
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
  };
}

function lookAtMainOf({ variables, lines }: BotWorld) {
  const say = (...parts: unknown[]) => void lines.push(parts.map(String).join(" "));
  const log = { info: say, warn: say };
  return createMainLook({ signingKey: readBotEnv(readSecretFile, variables).signing, log });
}

export async function endScene({ world }: Scene): Promise<void> {
  expect(world.github.calls.violations).toEqual([]);
  await world.close();
}
