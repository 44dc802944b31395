import { volumeOf } from "../../../src/manifests/volume.ts";
import type { KeyObject } from "node:crypto";
import { digestOfBytes, type Digest } from "../../../src/crypto/digest.ts";
import { listRequestDigests } from "../../../src/digests/request-files.ts";
import { digestImportInputs, digestSeedInputs, seedOf } from "../../../src/digests/seed.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import { emptyLock, lockAfterSeed } from "../../../src/lock/advance-lock.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { renderLock } from "../../../src/lock/render-lock.ts";
import { approvalDigest, type Permit } from "../../../src/permit/permit.ts";
import { signApproval } from "../../../src/permit/sign-approval.ts";
import { parseRequest } from "../../../src/request/parse-request.ts";
import type { DatabaseRequest, RequestFiles } from "../../../src/request/request.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { renderDatabase } from "../../../src/use-cases/render.ts";

/** Files by their paths from the top of the repository. */
export type Files = Record<string, string>;

/** A database that was reviewed, permitted and seeded some days ago. */
export interface SeededDatabase {
  database: string;
  files: RequestFiles;
  lock: Lock;
  /** Everything below its folder on main. */
  onMain: Files;
}

export interface SeedingOptions {
  settings: string;
  key: KeyObject;
  /** What is in the folder of the request. */
  request: Record<string, string>;
  /** When it was permitted, UTC with `Z`. */
  at: string;
}

/** What main has of a database after its life of a request, written at once instead of played. */
export function seedDatabase(database: string, { settings: text, key, request, at }: SeedingOptions): SeededDatabase {
  const files = { database, files: request };
  const { settings, parsed } = parse(files, text);
  const approval = signApproval(permitFor(files, at), { id: "k1", privateKey: key });
  const seed = seedOf(parsed, settings, files);
  const base = settings.bases[parsed.database.base]!;
  const digests = {
    seedInputs: digestSeedInputs(seed),
    importInputs: digestImportInputs(seed),
    runtime: digestOfBytes("runtime"),
  };
  const dumpSet = {
    digest: digestOfBytes(database),
    files: 2,
    bytes: 8192,
    rows: 10,
    scn: "88231999",
    exported_at: at,
  };
  const image = {
    digest: digestOfBytes(`image of ${database}`),
    base: base.image.split("@")[1] as Digest,
    platform: base.platform,
  };
  const lock = lockAfterSeed(emptyLock(database), {
    result: { database, run: "4711", generation: 1, digests, seed, dumpSet, image },
    approval: approvalDigest(approval),
    at,
    repository: `${settings.registries.seeds.repository}/${database}`,
    volume: volumeOf({ request: parsed, settings, lock: emptyLock(database) }),
  });
  const folder = folderOf(database);
  const onMain = {
    ...placed(files),
    [folder.approval]: approval.toString("utf8"),
    [folder.lock]: renderLock(lock),
    ...renderedFor(files, { lock, settings: text }),
  };
  return { database, files, lock, onMain };
}

/** The manifests of a request with this lock. */
export function renderedFor(files: RequestFiles, { lock, settings: text }: { lock: Lock; settings: string }): Files {
  const { settings, parsed } = parse(files, text);
  const rendered = renderDatabase({ database: files.database, request: parsed, files, lock, settings });
  return Object.fromEntries(rendered.map(({ path, text: content }) => [path, content]));
}

/** The hand-written files of a request. */
export function placed({ database, files }: RequestFiles): Files {
  return Object.fromEntries(Object.entries(files).map(([below, text]) => [folderOf(database).at(below), text]));
}

function parse(files: RequestFiles, text: string): { settings: Settings; parsed: DatabaseRequest } {
  const settings = parseSettings(text, "settings");
  if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
  const request = parseRequest(files, settings.value);
  if (!request.ok) throw new Error(JSON.stringify(request.problems));
  return { settings: settings.value, parsed: request.value };
}

function permitFor(files: RequestFiles, at: string): Permit {
  const reviews = [{ id: "1", user: "2", login: "grace", at }];
  return {
    version: 1,
    repository: { id: "812345678", name: "acme/databases" },
    database: files.database,
    source: "hr-prod",
    request: listRequestDigests(files),
    work: "export",
    generation: 1,
    cause: "review",
    evidence: { pull: "7777", head: "a".repeat(40), merge: "b".repeat(40), check: "1", reviews },
    signed_at: at,
    expires_at: at.replace(/^\d{4}/, (year) => String(Number(year) + 1)),
  };
}
