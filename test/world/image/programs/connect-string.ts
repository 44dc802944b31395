import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogonRequest } from "../database/logon.ts";
import { hostPath } from "../database/files.ts";
import { servicesAreRegistered } from "../database/registration.ts";
import { listenerRuns } from "./surroundings.ts";

export interface ParsedLogon {
  request: Omit<LogonRequest, "program">;
  /** A password stood in the text. */
  withPassword: boolean;
}

/** Of the client program that was given the text. */
interface Surroundings {
  root: string;
  env: Record<string, string | undefined>;
}

/** `/ as sysdba`, `user/"pw"@alias`, `user/pw@//host:port/service`; null when it is none of these. */
export function parseLogon(text: string, from: Surroundings): ParsedLogon | null {
  const sysdba = /\s+as\s+sysdba\s*$/i.test(text);
  const bare = text.replace(/\s+as\s+sysdba\s*$/i, "").trim();
  const pdbSid = from.env["ORACLE_PDB_SID"] ?? null;
  if (bare === "/")
    return { request: { user: null, password: null, sysdba, service: null, pdbSid }, withPassword: false };
  const match = /^("[^"]+"|[A-Za-z][\w$#]*)(?:\/("[^"]*"|[^@\s]*))?(?:@(.+))?$/s.exec(bare);
  if (!match) return null;
  const user = match[1]!.startsWith('"') ? match[1]!.slice(1, -1) : match[1]!.toUpperCase();
  const password = match[2] === undefined ? null : match[2].replace(/^"(.*)"$/, "$1");
  const service = match[3] === undefined ? null : resolveService(match[3].replace(/^"(.*)"$/s, "$1"), from);
  return { request: { user, password, sysdba, service, pdbSid }, withPassword: password !== null };
}

function resolveService(target: string, from: Surroundings): LogonRequest["service"] {
  const easy = /^(?:\/\/)?[\w.-]+(?::\d+)?\/([\w$#]+)$/.exec(target);
  if (easy) return { name: known(easy[1]!, from.root), listener: listenerRuns(from.root), ur: false };
  const descriptor = target.startsWith("(") ? target : readAlias(target, from);
  // ORA-12154 for a name without an entry: reported as an unknown service.
  const service = /SERVICE_NAME\s*=\s*([\w$#]+)/i.exec(descriptor)?.[1] ?? `unresolved.${target}`;
  return {
    name: known(service, from.root),
    listener: listenerRuns(from.root),
    ur: /\(\s*UR\s*=\s*A\s*\)/i.test(descriptor),
  };
}

/** A listener that nobody has registered with knows no service. */
function known(service: string, root: string): string {
  return servicesAreRegistered(root) ? service : `unregistered.${service}`;
}

function readAlias(alias: string, { root, env }: Surroundings): string {
  const admin = env["TNS_ADMIN"];
  const folder =
    admin === undefined ? hostPath(root, "/opt/oracle/product/26ai/dbhomeFree/network/admin") : hostPath(root, admin);
  const file = join(folder, "tnsnames.ora");
  if (!existsSync(file)) return "";
  const text = readFileSync(file, "utf8").replace(/#.*$/gm, "");
  const entry = new RegExp(
    `(?:^|\\n)\\s*${alias.replace(/[^\w.]/g, "")}\\s*=\\s*(\\([\\s\\S]*?)(?=\\n\\s*[A-Za-z][\\w.]*\\s*=|$)`,
    "i",
  ).exec(text);
  return entry?.[1] ?? "";
}
