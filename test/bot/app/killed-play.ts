import { expect, onTestFinished } from "vitest";
import { BotProcess } from "../../world/bot-process.ts";
import { WorldClock } from "../../world/clock.ts";
import { person, type Edits } from "../../world/github/person.ts";
import { finalState } from "../main/play-scenario.ts";
import { finishRun, takeRun, type RunnerWorld } from "../main/fake-runner.ts";
import { exampleRequest, startWorld, type BotWorld } from "./start-world.ts";

/** A story that is played with the bot as a process of its own. */
export interface Play extends RunnerWorld {
  world: BotWorld;
  process: BotProcess;
  /** The writes after which the bot was killed. */
  killed: string[];
  /** From now on every write of the bot is its last one; without effect in a play that is not disturbed. */
  threaten(): void;
  /** Waits until the bot has nothing left to do; fails if this does not hold then. */
  settled(reached: () => boolean | Promise<boolean>): Promise<void>;
  /** Opens a pull request, waits for the bot, lets a DBA approve it and merges it. */
  merge(branch: string, edits: Edits): Promise<void>;
  /** A condition: whether a file on main has this text. */
  has(path: string, text: string): () => Promise<boolean>;
}

export interface BothPlays {
  clean: Play;
  broken: Play;
}

/** Plays a story twice at the same time, once undisturbed and once with kills, and compares everything that is left. */
export async function playBoth(story: (play: Play) => Promise<void>): Promise<BothPlays> {
  const plays = await Promise.all([openPlay(false), openPlay(true)]);
  await Promise.all(plays.map(story));
  const [clean, broken] = plays;
  expect(await finalState(broken)).toEqual(await finalState(clean));
  for (const play of plays) await expectNothingMore(play);
  return { clean, broken };
}

/** Ends the processes in order and closes their GitHubs. */
export async function endPlays({ clean, broken }: BothPlays): Promise<void> {
  for (const { process, world } of [clean, broken]) {
    expect(await process.stop()).toBe(0);
    await world.close();
  }
}

/** The bot of this world as a process, which does not outlive a test that failed. */
export async function openProcess({ github, variables }: BotWorld): Promise<BotProcess> {
  const process = await BotProcess.open(github, variables);
  onTestFinished(() => process.kill());
  return process;
}

async function openPlay(kills: boolean): Promise<Play> {
  const world = await startWorld({ clock: WorldClock.running() });
  const { github } = world;
  const process = await openProcess(world);
  const killed: string[] = [];
  const show = (path: string) => github.state.git.git(["show", `main:${path}`]).catch(() => null);
  const threaten = () => {
    if (kills) killAfterWrites(world, process, killed);
  };
  const settled = async (reached: () => boolean | Promise<boolean>) => {
    await process.settled();
    expect(await reached(), String(reached)).toBe(true);
  };
  const play: Play = {
    world,
    github,
    process,
    killed,
    show,
    threaten,
    settled,
    merge: (branch, edits) => merge(play, branch, edits),
    has: (path, text) => async () => (await show(path))?.includes(text) === true,
  };
  return play;
}

/** Objects that no branch reaches are no progress: they are made again, so after such a kill the next bot gets one write further. */
const OBJECT = /\/git\/(?:blobs|trees|commits)$/;

function killAfterWrites({ github }: BotWorld, process: BotProcess, killed: string[]): void {
  const objects = new Set<string>();
  let dying: Promise<void> | null = null;
  github.faults.onWrite(async ({ method, path }) => {
    const write = `${method} ${path}`;
    // Another write of a process that is being killed is its last one as well.
    if (dying !== null) {
      killed.push(write);
      return dying;
    }
    if (objects.has(path)) return undefined;
    if (OBJECT.test(path)) objects.add(path);
    else objects.clear();
    killed.push(write);
    dying = process.kill().then(() => {
      process.start();
      dying = null;
    });
    return dying;
  });
}

/** A new process, which starts with a look at everything, finds nothing to write. */
async function expectNothingMore({ world, process }: Play): Promise<void> {
  const { github } = world;
  github.faults.onWrite(null);
  const writes = github.calls.writes.length;
  await process.kill();
  process.start();
  await process.settled();
  expect(github.calls.writes.slice(writes)).toEqual([]);
  expect(github.calls.violations).toEqual([]);
  const checks = github.state.checkRuns.map(({ name, headSha, conclusion }) => `${headSha} ${name} ${conclusion}`);
  expect(checks).toHaveLength(new Set(checks).size);
  expect(process.output()).not.toContain("PRIVATE KEY");
}

async function merge(play: Play, branch: string, edits: Edits): Promise<void> {
  const { state } = play.github;
  const [ada, grace] = [person(play.github, "ada"), person(play.github, "grace")];
  expect((await ada.push({ branch, edits })).pushed).toBe(true);
  const number = await ada.openPull(branch, `Change ${branch}`);
  const pull = state.pulls.find((one) => one.number === number)!;
  await play.settled(() => pull.requestedTeams.length > 0);
  play.world.clock.step(1000);
  await grace.review(number, "APPROVE");
  const isReady = ({ issue, body }: { issue: number; body: string }) =>
    issue === number && body.includes("ready to merge");
  await play.settled(() => state.comments.some(isReady));
  expect((await ada.merge(number)).status).toBe(200);
  await play.settled(() => state.comments.some(({ issue, body }) => issue === number && !body.includes("ready to m")));
}

/** Merges the example request and seeds it once. */
export async function seedFirst(play: Play): Promise<void> {
  await play.merge("add-hr", lastingRequest("hr"));
  await finishRun(play, await takeRun(play));
  await play.settled(play.has("environments/hr/seed.lock.yaml", "outcome: seeded"));
}

/** The example request, under any name, without its refresh, which would be due on some days of the week only. */
export function lastingRequest(database: string): Record<string, string> {
  const files = Object.entries(exampleRequest()).map(([path, text]) => [
    path.replace("/hr/", `/${database}/`),
    text.replace(/^ {2}refresh:\n(?: {4}.*\n)+/m, ""),
  ]);
  return Object.fromEntries(files) as Record<string, string>;
}

/** How many kills came after writes to such a path. */
export function countKills({ killed }: Play, ...paths: RegExp[]): number[] {
  return paths.map((path) => killed.filter((write) => path.test(write)).length);
}
