import { messageOf } from "../problem/error.ts";
import type { Seed } from "../lock/lock.ts";
import type { SourceDatabase } from "../ports/source-database.ts";
import type { SourceHost } from "../ports/source-host.ts";
import { type AccountState, checkAccount } from "./check-account.ts";
import { checkConditions } from "./check-conditions.ts";
import { checkDatabase } from "./check-database.ts";
import { checkEncryption } from "./check-encryption.ts";
import { checkScope } from "./check-scope.ts";
import { checkSpace } from "./check-space.ts";
import { findEarlierExports } from "./earlier-exports.ts";
import { explainDatabaseError } from "./explain-error.ts";
import { fileSize } from "./expressions.ts";
import { readDictionary, readEstimate, readInvalid, readRules } from "./read-scope.ts";
import { readAccountState, readDatabaseState } from "./read-source.ts";
import { resolveScope } from "./resolve-scope.ts";
import type { FoundExport, SourceFinding, SourceReport } from "./source-report.ts";
import { prepareSession } from "./statements/instance.ts";
import { readLiveExports } from "./statements/live-exports.ts";

export interface InspectRequest {
  seed: Seed;
  /** Oracle directory object that the export will write to. */
  directory: string;
  service: string;
}

export interface InspectPorts {
  database: SourceDatabase;
  host: SourceHost;
  /** The account that logged on, for the statements in fixes. */
  account: string;
}

/** Checks everything on the source that can make an export fail, and reports all findings at once. Changes nothing there. */
export async function inspectSource(request: InspectRequest, ports: InspectPorts): Promise<SourceReport> {
  try {
    return await inspect(request, ports);
  } catch (error) {
    throw explainDatabaseError(error, { directory: request.directory, account: ports.account });
  }
}

async function inspect(request: InspectRequest, ports: InspectPorts): Promise<SourceReport> {
  const { database } = ports;
  const { seed } = request;
  await database.block(prepareSession, {});
  const state = await readDatabaseState(database, { source: seed.source, service: request.service });
  const account = await readAccountState(database, request.directory);
  const dictionary = await readDictionary(database, seed.scope);
  const { schemas: scope, findings } = resolveScope(seed.scope, dictionary, account.name);
  const rules = await readRules(database, scope);
  const estimatedBytes = await readEstimate(database, scope);
  const names = scope.map((schema) => schema.name);
  const directory = { name: request.directory, path: account.directories.get(request.directory) ?? "" };
  const { facts, release, objectPaths } = state;
  const folder = await inspectFolder({ request, release, estimatedBytes, directory, account }, ports.host);
  const found = await findEarlier(directory.path, folder.readable, ports);
  findings.push(
    ...checkDatabase(state, seed.target),
    ...checkAccount(account, { directory: request.directory, schemas: names }),
    ...checkScope(scope, rules, account),
    ...(await checkConditions(database, scope, account.name)),
    ...(await checkEncryption(database, scope)),
    ...folder.findings,
  );
  const invalidObjects = await readInvalid(database, scope);
  return {
    facts,
    release,
    account: account.name,
    directory,
    scope,
    estimatedBytes,
    objectPaths,
    invalidObjects,
    earlier: found,
    findings,
  };
}

interface FolderQuestion {
  request: InspectRequest;
  release: number;
  estimatedBytes: number;
  directory: SourceReport["directory"];
  account: AccountState;
}

/** Checks the directory's folder as seen by the SSH host, because the dump is read from there. */
async function inspectFolder(
  question: FolderQuestion,
  host: SourceHost,
): Promise<{ readable: boolean; findings: SourceFinding[] }> {
  const { directory, request } = question;
  // A missing directory object is already reported by the account's check.
  if (directory.path === "") return { readable: false, findings: [] };
  try {
    await host.list(directory.path);
  } catch (error) {
    return { readable: false, findings: [unreadable(directory, error)] };
  }
  const findings = checkSpace({
    directory,
    release: question.release,
    estimatedBytes: question.estimatedBytes,
    restricted: request.seed.scope.some((one) => one.tables?.some((table) => table.where !== undefined)),
    freeBytes: await host.freeBytes(directory.path),
    pieceBytes: fileSize(request.seed.export.piece_size).bytes,
  });
  return { readable: true, findings };
}

function unreadable(directory: SourceReport["directory"], error: unknown): SourceFinding {
  return {
    severity: "error",
    code: "source-folder-unreadable",
    what: `the SSH host cannot list ${directory.path}, the folder of the directory ${directory.name}: ${messageOf(error)}`,
    why: "the dump files are read from there over SFTP; they belong to the database's operating system user (mode 0640)",
    fix: "ask the DBA to add the SSH user to the files' group and to give that group read permission on the folder",
  };
}

async function findEarlier(folder: string, readable: boolean, ports: InspectPorts): Promise<FoundExport[]> {
  if (!readable) return [];
  // The sessions first: a run that ends meanwhile has its files looked at after it.
  const rows = await ports.database.query(readLiveExports, {});
  const live = new Set(rows.map((row) => String(row["PREFIX"])));
  const found = await findEarlierExports(ports, folder);
  return found.map((one) => ({ ...one, live: live.has(one.prefix) || one.jobs.some(({ sessions }) => sessions > 0) }));
}
