import { baseOf } from "../../../../src/manifests/base-of.ts";
import { bundleName, objectNames } from "../../../../src/manifests/names.ts";
import { PROFILES } from "../../../../src/profiles/profiles.ts";
import type { DatabaseState, MainState } from "../main-state.ts";

/** How to connect once the database is open; empty before the first image. */
export function describeConnection(
  { settings }: Pick<MainState, "settings">,
  { database, request, lock }: Pick<DatabaseState, "database" | "request" | "lock">,
): string[] {
  if (request === null || lock.image === undefined) return [];
  const service = PROFILES[baseOf({ request, settings }).profile].pluggableDatabase;
  const host = `${objectNames.database}.${bundleName(database)}.svc`;
  const { users, access } = request.database;
  const plain = `\`//${host}:1521/${service}\``;
  const address = access.tls === true ? `${plain} or over TLS to \`tcps://${host}:2484/${service}\`` : plain;
  const namespaces = access.namespaces.map((name) => `\`${name}\``).join(", ") || "its own namespace only";
  const secrets = users.map(
    ({ name, password_secret: secret }) =>
      `\`${name}\` (password: key \`${secret.key}\` of the Secret \`${secret.name}\`)`,
  );
  return [`- connect to ${address} from ${namespaces}${secrets.length === 0 ? "" : ` as ${secrets.join(", ")}`}`];
}
