import { readDatabases } from "../../bot/observe/main/read-databases.ts";
import type { HubTree } from "../../bot/hub/git.ts";
import { lockOf, readFolder } from "../../src/database/read-folder.ts";
import { parseLock } from "../../src/lock/parse-lock.ts";
import type { MainCommit } from "../../src/ports/main-reader.ts";
import { readMainNow } from "../../src/use-cases/read-main-now.ts";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { checkPermit } from "../../src/door/check-permit.ts";
import type { Pass } from "../../src/door/door-facts.ts";
import { emptyLock, highestGeneration } from "../../src/lock/advance-lock.ts";
import type { LastAttempt, Lock } from "../../src/lock/lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import type { Permit } from "../../src/permit/permit.ts";
import { verifyHistory } from "../../src/permit/verify-history.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import { parseSettings } from "../../src/settings/parse-settings.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { checkPermitAgain } from "../../src/use-cases/check-permit-again.ts";
import { requirePermit } from "../../src/use-cases/require-permit.ts";
import { goodFacts, goodMain } from "../door/main-now.ts";
import { NOW, permitOf, REQUEST, SETTINGS } from "../door/example-main.ts";

/** Everything on main that a permit is judged by, and when. */
export interface Scene {
  /** approval.yaml as git has it; null where there is none. */
  approval: { mode: string; bytes: Buffer } | null;
  /** The permit in it, where the row knows one: what a run that is already under way has. */
  permit: Permit;
  files: Record<string, string>;
  /** null where the database was never seeded. */
  lock: Lock | null;
  settings: string;
  repositoryId: string;
  now: number;
}

/** Whether a reader lets a run start, and its words where it does not. */
export interface Answer {
  open: boolean;
  says: string;
  /** Code and fix of the permit's reason; null for readers that put their own around it. */
  reason: { code: string; fix: string } | null;
}

export type Reader = "bot" | "door" | "look" | "cli" | "verify";

export const READERS: Record<Reader, (scene: Scene) => Promise<Answer> | Answer> = {
  bot: askBot,
  door: askDoor,
  look: askLook,
  cli: askCli,
  verify: askVerify,
};

const OPEN: Answer = { open: true, says: "", reason: null };
const no = (says: string, reason: Answer["reason"] = null): Answer => ({ open: false, says, reason });

async function askBot(scene: Scene): Promise<Answer> {
  const { repositoryId, now } = scene;
  const found = await readDatabases(mainOf(scene).tree as HubTree, { settings: settingsOf(scene), repositoryId, now });
  const db = found.find(({ database }) => database === "hr");
  if (db === undefined) throw new Error("no database");
  const { kind, covers, reasons } = db.verdict;
  return kind === "open" && covers ? OPEN : no(reasons[0]!.what, { code: reasons[0]!.code, fix: reasons[0]!.fix });
}

async function askDoor(scene: Scene): Promise<Answer> {
  const main = await readMainNow({ read: async () => mainOf(scene) }, "hr");
  const decision = checkPermit({ ...(await goodFacts()), main }, settingsOf(scene));
  return "refuse" in decision ? no(decision.sentence, { code: decision.refuse, fix: decision.fix }) : OPEN;
}

async function askLook(scene: Scene): Promise<Answer> {
  const database = "hr";
  const approval = digestOfBytes(scene.approval?.bytes ?? "");
  const pass = { database, approval, permit: scene.permit } as Pass;
  const error = await refusalOf(() => checkPermitAgain(pass, { read: async () => mainOf(scene) }));
  return error === null ? OPEN : no(error.message.replace(/^.*: at [0-9a-f]{40}: /, ""));
}

async function askCli(scene: Scene): Promise<Answer> {
  const content = await readFolder(mainOf(scene).tree, "hr");
  const { files, approval } = content;
  const error = await refusalOf(() => {
    requirePermit({
      settings: settingsOf(scene),
      files,
      lock: lockOf(content),
      source: "hr-prod",
      approval,
      now: scene.now,
    });
  });
  if (error === null) return OPEN;
  const { message, code, fix } = error;
  return no(message, { code, fix: fix.replace(" No connection to the source was made.", "") });
}

/** Judges the commit that records an attempt with this permit, after a commit with the scene's lock. */
async function askVerify(scene: Scene): Promise<Answer> {
  const { repositoryId, files, approval, permit } = scene;
  const { keys } = settingsOf(scene).approval;
  const before = scene.lock ?? emptyLock("hr");
  const content = await readFolder(mainOf(scene).tree, "hr");
  const unreadable = content.unreadable.map(({ problem }) => problem);
  const more = { request: files, keys, hadKeys: true, approval: content.approval, unreadable };
  const commits = [before, attemptWith(before, permit, approval)].map((lock, index) => ({
    ...more,
    commit: String(index).repeat(40),
    lock: parseLock(renderLock(lock), "environments/hr/seed.lock.yaml", "hr"),
  }));
  const found = verifyHistory({ database: "hr", commits, repositoryId }).map(({ what }) => what);
  const own = found.filter((what) => what.startsWith(`commit ${"1".repeat(12)}: `));
  return own.length === 0 ? OPEN : no(own.map((what) => what.replace(/^commit \d+: /, "")).join("; "));

  function attemptWith(lock: Lock, { generation }: Permit, file: Scene["approval"]): Lock {
    const last: LastAttempt = {
      generation: Math.max(generation, highestGeneration(lock) + 1),
      approval: digestOfBytes(file?.bytes ?? "no permit"),
      at: new Date(scene.now).toISOString(),
      run: "99",
      outcome: "failed",
      stage: "export",
      code: "x",
      error: "y",
    };
    return { ...lock, last_attempt: last };
  }
}

async function refusalOf(ask: () => void | Promise<void>): Promise<SeedbedError | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    if (error instanceof SeedbedError) return error;
    throw error;
  }
}

const known = new Map<string, Settings>();

function settingsOf({ settings }: Scene): Settings {
  const before = known.get(settings);
  if (before !== undefined) return before;
  const parsed = parseSettings(settings, "s.yml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  known.set(settings, parsed.value);
  return parsed.value;
}

/** Main as everybody reads it. */
function mainOf(scene: Scene): MainCommit {
  const { approval, repositoryId, now, settings } = scene;
  const none = Object.fromEntries(Object.keys(REQUEST).map((path) => [path, null]));
  const main = goodMain({
    files: { ...none, "approval.yaml": null, ...filesOf(scene) },
    ...(approval === null ? {} : { modes: { "approval.yaml": approval.mode } }),
    settings,
  });
  return { ...main, repository: { ...main.repository, id: repositoryId }, now };
}

function filesOf({ files, approval, lock }: Scene): Record<string, string | Buffer> {
  return {
    ...files,
    ...(lock === null ? {} : { "seed.lock.yaml": renderLock(lock) }),
    ...(approval === null ? {} : { "approval.yaml": approval.bytes }),
  };
}

/** An approval.yaml of the example's request. */
export function fileOf(bytes: Buffer, mode = "100644"): Scene["approval"] {
  return { mode, bytes };
}

/** A database that was seeded twice, with an open permit for a third export. */
export function goodScene(sign: (permit: Permit) => Buffer, change: Parameters<typeof permitOf>[0] = {}): Scene {
  const permit = permitOf({ generation: 3, ...change });
  return {
    approval: fileOf(sign(permit)),
    permit,
    files: REQUEST,
    lock: null,
    settings: SETTINGS,
    repositoryId: goodMain().repository.id,
    now: NOW,
  };
}
