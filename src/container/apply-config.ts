import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { ScriptText } from "../lock/lock.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { compareText } from "../text/order.ts";
import type { DatabaseUser, TargetDatabaseRequest } from "../request/request.ts";
import { renderEnv, renderRows, renderScripts, withSums } from "./config-files.ts";
import { renderSchedule } from "./render-schedule.ts";
import { sqlGrant, sqlLiteral, sqlName, sqlParameterValue } from "./sql-text.ts";

/** What the ConfigMap `apply` is rendered from. */
export interface ApplyConfigInput {
  applyInputs: Digest;
  target: Pick<TargetDatabaseRequest, "storage" | "parameters" | "users" | "on_failure"> & {
    backups?: TargetDatabaseRequest["backups"] | undefined;
  };
  /** Contents of `scripts.post_import`, in the request's order. */
  postImport: ScriptText[];
  /** The mounted Secret with certificate and key for Oracle Net over TLS; absent without it. */
  tlsSecret?: string | null;
}

/** The files of the ConfigMap `apply`, which the container watches and applies while the database is in use. */
export function renderApplyConfig({ applyInputs, target, postImport, tlsSecret }: ApplyConfigInput): RenderedFile[] {
  const { backups, users } = target;
  return withSums([
    {
      path: "apply.env",
      text: renderEnv({
        APPLY_INPUTS: applyInputs,
        ON_FAILURE: target.on_failure,
        KEEP_DUMP: target.storage.keep_dump ? "yes" : "no",
        BACKUPS_KEEP: String(backups?.keep ?? 1),
        RESTORE_TEST: (backups?.restore_test ?? true) ? "yes" : "no",
        ...(tlsSecret ? { TLS_SECRET: tlsSecret } : {}),
      }),
    },
    ...renderRows("parameters.tsv", renderParameters(target.parameters)),
    ...renderRows("users.tsv", users.map(renderUser)),
    ...renderGrants(users),
    ...renderScripts("configure", postImport, 11),
    ...renderChecks(users),
    { path: "schedule", text: backups === undefined ? "" : renderSchedule(backups.schedule, "backup") },
  ]);
}

/** Name and SQL value; the container looks up the scope with which each can be set. */
function renderParameters(parameters: TargetDatabaseRequest["parameters"]): string[][] {
  return Object.entries(parameters)
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(name))
        throw new SeedbedError("parameter-name-refused", `${JSON.stringify(name)} is not a valid parameter name.`, {
          fix: "Correct database.parameters.",
        });
      return [name.toLowerCase(), sqlParameterValue(value)];
    });
}

/** Name, Secret and key: the container reads the password from `/run/secrets/seedbed/<secret>/<key>`. */
function renderUser({ name, password_secret: { name: secret, key } }: DatabaseUser): string[] {
  sqlName(name);
  for (const part of [secret, key])
    if (!/^[-._a-zA-Z0-9]+$/.test(part) || part === "." || part === "..")
      throw new SeedbedError("secret-name-refused", `${JSON.stringify(part)} is not a valid name or key of a Secret.`, {
        fix: `Correct password_secret of the user ${name}.`,
      });
  return [name, secret, key];
}

function renderGrants(users: DatabaseUser[]): RenderedFile[] {
  const lines = users.flatMap(({ name, roles, grants }) => [
    ...roles.map((role) => `GRANT ${sqlName(role)} TO ${sqlName(name)};`),
    ...grants.map((grant) => `GRANT ${sqlGrant(grant)} TO ${sqlName(name)};`),
  ]);
  if (lines.length === 0) return [];
  return [{ path: "sql/10-configure.sql", text: `-- roles and grants of database.users\n${lines.join("\n")}\n` }];
}

/** Every row that a check returns is a finding. */
function renderChecks(users: DatabaseUser[]): RenderedFile[] {
  if (users.length === 0) return [];
  const lines = users.flatMap(({ name, roles }) => [
    `SELECT ${sqlLiteral(`account ${name} is not open`)} FROM dual WHERE NOT EXISTS`,
    `  (SELECT 1 FROM dba_users WHERE username = ${sqlLiteral(name)} AND account_status = 'OPEN');`,
    ...roles.flatMap((role) => [
      `SELECT ${sqlLiteral(`account ${name} has no role ${role}`)} FROM dual WHERE NOT EXISTS`,
      `  (SELECT 1 FROM dba_role_privs WHERE grantee = ${sqlLiteral(name)} AND granted_role = ${sqlLiteral(role)});`,
    ]),
  ]);
  return [
    { path: "sql/10-check.sql", text: `-- what database.users asks for is what is there\n${lines.join("\n")}\n` },
  ];
}
