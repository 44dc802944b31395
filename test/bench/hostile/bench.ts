import { setTimeout as sleep } from "node:timers/promises";
import { WorldClock } from "../../world/clock.ts";
import type { GitHub } from "../../world/github/github.ts";
import { person } from "../../world/github/person.ts";
import { startWorld } from "../../bot/app/start-world.ts";
import type { Bench, Measured } from "../bench.ts";
import { honestRequest, HOSTILE_PULLS } from "./hostile-pulls.ts";
import { MeasuredBot } from "./measured-bot.ts";

/** Of the bot's main thread in one go, and of its memory; and how long others wait for their checks, on a machine that is busy with this bench. */
const GOALS = { longestBlockSeconds: 2, memoryMegabytes: 300, honestSeconds: 60 };
/** After this long the bench ends, whatever is still missing. */
const LONGEST = 5 * 60_000;
const HONEST = "honest";
const BRANCHES = [...Object.keys(HOSTILE_PULLS), HONEST];

/** A stranger opens pull requests of hostile files, and at the same time somebody opens one of an honest request. */
export const benchHostile: Bench = async (tell) => {
  const world = await startWorld({ clock: WorldClock.running() });
  const bot = await MeasuredBot.start(world.github, world.variables);
  try {
    await push(world.github, tell);
    return await measure({ github: world.github, bot, tell });
  } finally {
    await bot.kill();
    await world.close();
  }
};

interface Attack {
  github: GitHub;
  bot: MeasuredBot;
  tell: (line: string) => void;
}

async function push(github: GitHub, tell: Attack["tell"]): Promise<void> {
  for (const [branch, edits] of Object.entries(HOSTILE_PULLS)) {
    await person(github, "bob").push({ branch, edits: edits() });
    tell(`pushed ${branch}`);
  }
  await person(github, "ada").push({ branch: HONEST, edits: honestRequest(HONEST) });
}

async function measure({ github, bot, tell }: Attack): Promise<Measured> {
  await bot.begin();
  const calls = countCalls(github);
  const begun = performance.now();
  for (const branch of Object.keys(HOSTILE_PULLS)) await person(github, "bob").openPull(branch, branch);
  await person(github, "ada").openPull(HONEST, "An honest request");
  const took = new Map<string, number>();
  while (took.size < BRANCHES.length && performance.now() < begun + LONGEST) {
    await sleep(500);
    const seconds = (performance.now() - begun) / 1000;
    for (const branch of (await listChecked(github)).filter((name) => BRANCHES.includes(name) && !took.has(name))) {
      took.set(branch, seconds);
      tell(`${branch}: checked after ${seconds.toFixed(1)} s`);
    }
  }
  const reading = await bot.end();
  for (const line of bot.warnings) tell(line);
  const isAll = took.size === BRANCHES.length;
  return {
    figures: {
      longestBlockSeconds: reading && round(reading.longestBlock / 1000),
      memoryMegabytes: reading && round(reading.memoryPeak - reading.memoryBefore),
      honestSeconds: took.has(HONEST) ? round(took.get(HONEST)!) : null,
      hostileSeconds: isAll ? round(Math.max(...took.values())) : null,
      calls: countCalls(github) - calls,
    },
    goals: GOALS,
  };
}

/** Branches whose newest commit, which may be the bot's own, has its three checks. */
async function listChecked({ state }: GitHub): Promise<string[]> {
  const names = new Map<string, Set<string>>();
  for (const { headSha, name, status } of state.checkRuns)
    if (status === "completed") names.set(headSha, (names.get(headSha) ?? new Set()).add(name));
  const format = "--format=%(objectname) %(refname:lstrip=2)";
  const refs = (await state.git.git(["for-each-ref", format, "refs/heads"])).trim().split("\n");
  const heads = refs.map((line) => line.split(" ") as [string, string]);
  return heads.filter(([commit]) => names.get(commit)?.size === 3).map(([, branch]) => branch);
}

function countCalls({ calls }: GitHub): number {
  return Object.values(calls.counts).reduce((sum, count) => sum + count, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
