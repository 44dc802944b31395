import { readDatabases } from "../../bot/observe/main/read-databases.ts";
import type { HubTree } from "../../bot/hub/git.ts";
import { UnreadableFile } from "../../src/database/unreadable-file.ts";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { checkPermit } from "../../src/door/check-permit.ts";
import type { DoorFacts, Pass } from "../../src/door/door-facts.ts";
import { emptyLock, highestGeneration } from "../../src/lock/advance-lock.ts";
import type { LastAttempt, Lock } from "../../src/lock/lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import type { Permit } from "../../src/permit/permit.ts";
import type { ApprovalFile } from "../../src/permit/read-permit.ts";
import { verifyHistory } from "../../src/permit/verify-history.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import { parseSettings } from "../../src/settings/parse-settings.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { decodeUtf8 } from "../../src/text/utf8.ts";
import { lookAgain } from "../../src/use-cases/look-again.ts";
import { requirePermit } from "../../src/use-cases/require-permit.ts";
import { goodFacts, permitOf } from "../door/main-now.ts";

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
  const [db] = await readDatabases(treeOf(scene), { settings: settingsOf(scene), repositoryId, now });
  if (db === undefined) throw new Error("no database");
  const { kind, covers, reasons } = db.verdict;
  return kind === "open" && covers ? OPEN : no(reasons[0]!.what, { code: reasons[0]!.code, fix: reasons[0]!.fix });
}

function askDoor(scene: Scene): Answer {
  const decision = checkPermit(factsOf(scene), settingsOf(scene));
  return "refuse" in decision ? no(decision.sentence, { code: decision.refuse, fix: decision.fix }) : OPEN;
}

async function askLook(scene: Scene): Promise<Answer> {
  const { main, database } = factsOf(scene);
  const approval = digestOfBytes(scene.approval?.bytes ?? "");
  const pass = { database, approval, permit: scene.permit } as Pass;
  const error = await refusalOf(() => lookAgain(pass, { look: () => Promise.resolve(main) }));
  return error === null ? OPEN : no(error.message.replace(/^.*: at [0-9a-f]{40}: /, ""));
}

async function askCli(scene: Scene): Promise<Answer> {
  const { lock, files, now } = scene;
  const error = await refusalOf(() => {
    requirePermit({
      settings: settingsOf(scene),
      files: { database: "hr", files },
      lock: lock ?? emptyLock("hr"),
      source: "hr-prod",
      approval: readApproval(scene),
      now,
    });
  });
  if (error === null) return OPEN;
  const { message, code, fix } = error;
  return no(message, { code, fix: fix.replace(" No connection to the source was made.", "") });
}

/** Judges the commit that records an attempt with this permit, after a commit with the scene's lock. */
function askVerify(scene: Scene): Answer {
  const { repositoryId, files, approval, permit } = scene;
  const { keys } = settingsOf(scene).approval;
  const before = scene.lock ?? emptyLock("hr");
  const more = { request: files, keys, hadKeys: true, approval: readApproval(scene) };
  const commits = [before, attemptWith(before, permit, approval)].map((lock, index) => ({
    ...more,
    commit: String(index).repeat(40),
    lock: renderLock(lock),
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

function readApproval({ approval }: Scene): ApprovalFile {
  if (approval === null) return null;
  const text = approval.mode === "100644" ? decodeUtf8(approval.bytes) : null;
  return text ?? { unreadable: `mode ${approval.mode}` };
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

function factsOf(scene: Scene): DoorFacts {
  const facts = goodFacts();
  const { main } = facts;
  const entries = Object.entries(filesOf(scene)).map(([path, { mode, bytes }]) => {
    const text = mode === "100644" ? decodeUtf8(bytes) : null;
    return [path, { mode, text }] as const;
  });
  return {
    ...facts,
    main: {
      ...main,
      repository: { ...main.repository, id: scene.repositoryId },
      now: scene.now,
      settings: scene.settings,
      files: Object.fromEntries(entries),
    },
  };
}

function filesOf({ files, approval, lock }: Scene): Record<string, { mode: string; bytes: Buffer }> {
  const texts = { ...files, ...(lock === null ? {} : { "seed.lock.yaml": renderLock(lock) }) };
  const plain = Object.entries(texts).map(([path, text]) => [path, { mode: "100644", bytes: Buffer.from(text) }]);
  return { ...Object.fromEntries(plain), ...(approval === null ? {} : { "approval.yaml": approval }) };
}

function treeOf(scene: Scene): HubTree {
  const there = Object.entries(filesOf(scene)).map(([path, file]) => ({ path: `environments/hr/${path}`, ...file }));
  const below = (folder: string) => there.filter(({ path }) => path.startsWith(`${folder}/`));
  return {
    commit: "a".repeat(40),
    read: (path) => {
      const file = there.find((one) => one.path === path);
      if (file === undefined) return Promise.resolve(null);
      const place = { path, line: 1, column: 1, fix: "" };
      if (file.mode !== "100644") return Promise.reject(new UnreadableFile("not-a-regular-file", "a link", place));
      const text = decodeUtf8(file.bytes);
      return text === null ? Promise.reject(new UnreadableFile("not-utf8", "bytes", place)) : Promise.resolve(text);
    },
    list: (folder) => Promise.resolve(below(folder).map(({ path }) => path)),
    entries: (folder) => Promise.resolve(below(folder).map(({ path, mode }) => ({ path, mode, blob: "b" }))),
  };
}

/** An approval.yaml of the example's request. */
export function fileOf(bytes: Buffer, mode = "100644"): Scene["approval"] {
  return { mode, bytes };
}

/** A database that was seeded twice, with an open permit for a third export. */
export function goodScene(sign: (permit: Permit) => Buffer, change: Parameters<typeof permitOf>[0] = {}): Scene {
  const { main } = goodFacts();
  const permit = permitOf({ generation: 3, ...change });
  const files = Object.entries(main.files).filter(([path]) => path !== "approval.yaml");
  return {
    approval: fileOf(sign(permit)),
    permit,
    files: Object.fromEntries(files.map(([path, { text }]) => [path, text!])),
    lock: null,
    settings: main.settings!,
    repositoryId: main.repository.id,
    now: main.now,
  };
}
