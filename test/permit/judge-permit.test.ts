import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOfBytes, type Digest } from "../../src/crypto/digest.ts";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import type { LastAttempt, Lock } from "../../src/lock/lock.ts";
import type { Permit } from "../../src/permit/permit.ts";
import { renderPermit } from "../../src/permit/render-permit.ts";
import { digestImportInputs, digestSeedInputs } from "../../src/digests/seed.ts";
import { exampleLock, exampleSeed } from "../lock/example-lock.ts";
import { KEY } from "../door/example-main.ts";
import { makeKey, signed, signedText } from "./example-permit.ts";
import { NO_TIMES } from "../document/no-times.ts";
import { type Answer, fileOf, goodScene, type Reader, READERS, type Scene } from "./five-judges.ts";

const sign = (permit: Permit) => signed(permit, KEY);
const other = makeKey("k1");
const good = goodScene(sign);
const text = good.approval!.bytes.toString("utf8");
const at = (change: Partial<Permit>): Scene => goodScene(sign, change);
const withText = (changed: string): Scene => ({ ...good, approval: fileOf(Buffer.from(changed)) });
const withFiles = (files: Record<string, string>): Scene => ({ ...good, files: { ...good.files, ...files } });
const { "scripts/mask.sql": mask = "", ...withoutMask } = good.files;
const removed = good.settings.replace(KEY.settings.public_key, other.settings.public_key).replace("id: k1", "id: k2");
const EXPIRES = Date.parse(good.permit.expires_at!);
const after = (seconds: number): Scene => ({ ...good, now: EXPIRES + seconds * 1000 });

const digests = { seed_inputs: digestSeedInputs(exampleSeed), import_inputs: digestImportInputs(exampleSeed) };
const seeded: Lock = { ...exampleLock, digests: { ...exampleLock.digests!, ...digests } };

/** A lock whose last attempt used a permit. */
function used(outcome: "seeded" | "failed", generation: number, approval: Digest): Lock {
  const last = { generation, approval, at: "2026-11-22T15:10:00Z", run: "77" };
  const attempt: LastAttempt =
    outcome === "seeded"
      ? { ...last, outcome }
      : { ...last, outcome, stage: "export", code: "export-errors", error: "y" };
  return { ...(outcome === "seeded" ? { ...seeded, generation, approval } : emptyLock("hr")), last_attempt: attempt };
}

const own = digestOfBytes(good.approval!.bytes);
const foreign = digestOfBytes("another permit");
const locked = (lock: Lock): Scene => ({ ...good, lock });

/** Told apart on purpose: the work tree does not know its repository, and time cannot be judged afterwards. */
const NO_TIME: Reader[] = ["look", "verify"];

interface Row {
  name: string;
  scene: Scene;
  /** Part of the words of the refusal; null for an open permit. */
  says: string | null;
  /** Readers that cannot know the fact, and so see an open permit. */
  blind?: Reader[];
}

/** A permit that was signed with another time in one of its places. */
function withTime(name: string, time: string): Row[] {
  const signedAs = (from: string) => {
    const changed = renderPermit(good.permit).replace(from, () => time);
    if (changed === renderPermit(good.permit)) throw new Error(`there is no ${from}`);
    return { ...good, approval: fileOf(signedText(changed, KEY)) };
  };
  const review = good.permit.cause === "review" ? good.permit.evidence.reviews[0]!.at : "";
  const places = {
    signed_at: good.permit.signed_at,
    expires_at: good.permit.expires_at!,
    "evidence.reviews.0.at": review,
  };
  return Object.entries(places).map(([place, from]) => ({
    name: `${name} at ${place}`,
    scene: signedAs(JSON.stringify(from).slice(1, -1)),
    says: `has an error at ${place}: must be a time in UTC that exists, such as 2026-11-22T15:10:00Z`,
  }));
}

const rows: Row[] = [
  ...Object.entries(NO_TIMES)
    .filter(([, time]) => !time.includes("\n"))
    .flatMap(([name, time]) => withTime(name, time)),
  { name: "an open one", scene: good, says: null },
  { name: "none", scene: { ...good, approval: null }, says: "There is no environments/hr/approval.yaml" },
  {
    name: "bytes that are not UTF-8",
    scene: { ...good, approval: fileOf(Buffer.concat([Buffer.from([0xff]), good.approval!.bytes])) },
    says: "the file is not UTF-8 text",
  },
  {
    name: "a link",
    scene: { ...good, approval: fileOf(good.approval!.bytes, "120000") },
    says: "this is a symbolic link",
  },
  {
    name: "broken YAML, signed",
    scene: { ...good, approval: fileOf(signedText("version: [\n", KEY)) },
    says: "approval.yaml has a valid signature but is not a permit that this version supports",
  },
  {
    name: "no expiry",
    scene: { ...good, approval: fileOf(signedText(renderPermit(good.permit).replace(/expires_at: .*\n/, ""), KEY)) },
    says: "must have required property 'expires_at'",
  },
  { name: "no signature", scene: withText(text.replace(/signature: .*\n$/, "")), says: "does not end in a line" },
  {
    name: "the right key's name, and another key",
    scene: { ...good, approval: fileOf(signed(good.permit, other)) },
    says: "approval.yaml has an invalid signature for key k1",
  },
  {
    name: "a key that left the settings",
    scene: { ...good, settings: removed },
    says: "approval.yaml is signed with k1, but the settings only have k2",
  },
  {
    name: "a used one whose key left the settings",
    scene: { ...good, settings: removed, lock: used("failed", 3, own) },
    says: "The permit was used up by run 77, which failed in stage export: export-errors",
  },
  {
    name: "another repository",
    scene: { ...good, repositoryId: "9" },
    says: "The permit is for the repository 812345678, not for 9",
    blind: ["cli"],
  },
  { name: "another database", scene: at({ database: "crm" }), says: "The permit is for crm, not for hr" },
  {
    name: "another source",
    scene: at({ source: "orders-prod" }),
    says: "The permit is for the source orders-prod, but the request names hr-prod",
    // A failure does not say which source it had.
    blind: ["verify"],
  },
  {
    name: "a changed script",
    scene: withFiles({ "scripts/mask.sql": `${mask}-- more\n` }),
    says: "These files differ from what the permit covers: scripts/mask.sql",
  },
  {
    name: "a missing script",
    scene: { ...good, files: withoutMask },
    says: "These files differ from what the permit covers: scripts/mask.sql",
  },
  {
    name: "a script more",
    scene: withFiles({ "scripts/more.sql": "select 1 from dual;\n" }),
    says: "These files differ from what the permit covers: scripts/more.sql",
  },
  { name: "apply only", scene: at({ work: "apply" }), says: "The permit only allows applying this request" },
  {
    name: "a generation below the lock's",
    scene: locked(used("seeded", 4, foreign)),
    says: "The permit has generation 3, but generation 4 was already used",
  },
  {
    name: "the lock's generation",
    scene: locked(used("failed", 3, foreign)),
    says: "The permit has generation 3, but generation 3 was already used",
  },
  { name: "a generation above the lock's", scene: locked(used("failed", 2, foreign)), says: null },
  {
    name: "used by a success",
    scene: locked(used("seeded", 3, own)),
    says: "The permit was already used by run 77",
  },
  {
    name: "used by a failure",
    scene: locked(used("failed", 3, own)),
    says: "The permit was used up by run 77, which failed in stage export: export-errors",
  },
  {
    name: "used, though the lock has a lower generation",
    scene: locked(used("failed", 2, own)),
    says: "The permit was used up by run 77, which failed in stage export: export-errors",
  },
  {
    name: "used by a success, and brought back after another one's failure",
    scene: locked({ ...seeded, last_attempt: used("failed", 4, foreign).last_attempt!, generation: 3, approval: own }),
    says: "The permit has generation 3, but generation 4 was already used",
  },
  { name: "the second of its expiry", scene: after(0), says: null },
  { name: "expired by a second", scene: after(1), says: null },
  { name: "expired by a minute", scene: after(60), says: null },
  { name: "expired by four minutes", scene: after(240), says: null },
  { name: "expired by five minutes and a second", scene: after(301), says: "The permit expired at", blind: NO_TIME },
  { name: "expired by six minutes", scene: after(360), says: "The permit expired at", blind: NO_TIME },
  { name: "a clock that is behind", scene: { ...good, now: Date.parse(good.permit.signed_at) - 240_000 }, says: null },
];

describe("a permit, judged by all who read one", () => {
  for (const { name, scene, says, blind = [] } of rows) {
    for (const [reader, ask] of Object.entries(READERS)) {
      const wanted = blind.includes(reader as Reader) ? null : says;
      test(`${name}, by ${reader}`, async () => {
        const answer = await ask(scene);
        expect(answer.open, answer.says).toBe(wanted === null);
        expect(answer.says).toContain(wanted ?? "");
      });
    }
    test(`${name}: one code, sentence and fix`, async () => {
      const answers = [await READERS.bot(scene), await READERS.door(scene)];
      if (!blind.includes("cli")) answers.push(await READERS.cli(scene));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });
  }
});

const when = {
  minutes: fc.integer({ min: -10, max: 10 }),
  generation: fc.integer({ min: 1, max: 5 }),
  work: fc.constantFrom<Permit["work"]>("export", "image", "apply"),
  database: fc.constantFrom("hr", "hr", "hr", "crm"),
  source: fc.constantFrom("hr-prod", "hr-prod", "hr-prod", "orders-prod"),
  changed: fc.boolean(),
  key: fc.constantFrom(KEY, KEY, KEY, other),
  attempt: fc.option(
    fc.record({
      generation: fc.integer({ min: 1, max: 5 }),
      own: fc.boolean(),
      outcome: fc.constantFrom<"seeded" | "failed">("seeded", "failed"),
    }),
  ),
};

test("any permit, lock and clock: the five agree", async () => {
  await fc.assert(
    fc.asyncProperty(fc.record(when), async ({ minutes, changed, key, attempt, ...permit }) => {
      const scene = goodScene((one) => signed(one, key), permit);
      const digest = attempt?.own ? digestOfBytes(scene.approval!.bytes) : foreign;
      if (attempt !== null) scene.lock = used(attempt.outcome, attempt.generation, digest);
      if (changed) scene.files["scripts/mask.sql"] += "-- more\n";
      const now = EXPIRES + minutes * 60_000;
      const [bot, door, cli] = await ask({ ...scene, now }, ["bot", "door", "cli"]);
      expect(door).toEqual(bot);
      expect(cli).toEqual(bot);
      // What looks back does not judge the time, and a failure does not say which source it had.
      const [timeless, look, verify] = await ask({ ...scene, now: EXPIRES }, ["bot", "look", "verify"]);
      expect(look).toMatchObject({
        open: timeless!.open,
        says: timeless!.says.replace(/\.$/, "") + (timeless!.open ? "" : "."),
      });
      if (permit.source === "hr-prod") expect(verify!.open, verify!.says).toBe(timeless!.open);
      if (permit.source === "hr-prod") expect(verify!.says).toContain(timeless!.says.replace(/\.$/, ""));
    }),
    { numRuns: 40 },
  );
});

function ask(scene: Scene, readers: Reader[]): Promise<Answer[]> {
  return Promise.all(readers.map(async (reader) => await READERS[reader](scene)));
}
