import { baseOf } from "../../../../src/manifests/base-of.ts";
import { bundleName, objectNames } from "../../../../src/manifests/names.ts";
import { PROFILES } from "../../../../src/profiles/profiles.ts";
import type { DatabaseState, MainState } from "../main-state.ts";

/** How to connect once the database is open; empty before the first image. */
export function describeConnection({ settings }: MainState, { database, request, lock }: DatabaseState): string[] {
  if (request === null || lock.image === undefined) return [];
  const service = PROFILES[baseOf({ request, settings }).profile].pluggableDatabase;
  const address = `//${objectNames.database}.${bundleName(database)}.svc:1521/${service}`;
  const { users, access } = request.database;
  const namespaces = access.namespaces.map((name) => `\`${name}\``).join(", ") || "its own namespace only";
  const secrets = users.map(
    ({ name, password_secret: secret }) =>
      `\`${name}\` (password: key \`${secret.key}\` of the Secret \`${secret.name}\`)`,
  );
  return [`- connect to \`${address}\` from ${namespaces}${secrets.length === 0 ? "" : ` as ${secrets.join(", ")}`}`];
}
