import { describe, expect, test } from "vitest";
import { seedsOfRun } from "../../random.ts";
import { judgeHistory, type Judged } from "./oracle.ts";
import { Play, type Rules } from "./play.ts";

const STEPS = 45;

/** Of all histories of this process: a suite in which nothing is ever merged or refused would show nothing. */
const seen = { merges: 0, covered: 0, alarms: 0, signed: 0 };

async function playHistory(seed: number, rules: Rules): Promise<void> {
  const play = await Play.start(seed, rules);
  try {
    for (let step = 0; step < STEPS; step += 1) await play.step();
    await play.finish();
    const judged = await judgeHistory(play);
    const story = () => `seed ${seed}, ${rules}:\n${play.log.join("\n")}\n`;
    const silent = judged.filter(({ uncovered, alarmed }) => uncovered.length > 0 && !alarmed);
    expect(silent.map(describeJudged), story()).toEqual([]);
    await expectSignedOnlyCovered(play, judged, story);
    count(judged);
    expect(play.world.github.calls.violations).toEqual([]);
  } finally {
    await play.world.close();
  }
}

function describeJudged({ update, uncovered }: Judged): string {
  return `${update.type} by ${update.actor?.login} ${update.before.slice(0, 7)}..${update.after.slice(0, 7)}: ${uncovered.join(" ")}`;
}

/**
 * A permit covers bytes that came to main by updates that somebody has approved, the last one of each file; or that the approval check
 * named, because they had come without an approval and the diff did not show them.
 */
async function expectSignedOnlyCovered(play: Play, judged: readonly Judged[], story: () => string): Promise<void> {
  for (const { ref, actor, after } of play.state.activity) {
    if (ref !== "refs/heads/main" || actor?.login !== "seedbed[bot]") continue;
    const { git } = play.state;
    const permit = await git.git(["show", `${after}:environments/hr/approval.yaml`]).catch(() => "");
    if (!permit.includes("cause: review")) continue;
    seen.signed += 1;
    for (const path of ["environments/hr/database_config.yaml", "environments/hr/scripts/mask.sql"]) {
      const last = (await git.revList(["--first-parent", "-1", after, "--", path]))[0];
      const one = judged.find(({ update }) => update.after === last);
      const isTold = checkOf(play, permit).includes(path);
      expect(isTold ? [] : (one?.uncovered ?? []), story()).not.toContain(path);
    }
  }
}

/** What was written on the approval check that a permit names. */
function checkOf({ state }: Play, permit: string): string {
  const id = /\bcheck: "(\d+)"/.exec(permit)?.[1];
  const check = state.checkRuns.find((one) => String(one.id) === id);
  if (check === undefined) throw new Error(`no check ${id}:\n${permit}`);
  return check.summary ?? "";
}

function count(judged: readonly Judged[]): void {
  seen.merges += judged.length;
  seen.alarms += judged.filter(({ alarmed }) => alarmed).length;
  seen.covered += judged.filter(({ changed, uncovered }) => changed > 0 && uncovered.length === 0).length;
}

describe("random histories: no byte below environments/ or .github/ reaches main unseen, without an alarm", () => {
  const rules: Rules[] = ["shipped", "queue", "older"];
  test.each(seedsOfRun(50).map((seed) => [seed, rules[seed % 3]!] as const))("seed %i, %s rules", playHistory);

  test("and in some of them something was approved, merged, signed and reported", () => {
    if (process.env["SEEDBED_SEED"] !== undefined) return;
    expect(
      Object.values(seen).every((many) => many > 0),
      JSON.stringify(seen),
    ).toBe(true);
  });
});
