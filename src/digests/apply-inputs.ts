import { compareText } from "../text/order.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import { digestOfJson, type Digest } from "../crypto/digest.ts";
import { readScripts } from "./seed.ts";

/** Decides whether a running database has something to apply: everything that affects neither an export nor an import. */
export function digestApplyInputs(request: DatabaseRequest, files: RequestFiles): Digest {
  const { storage, resources, parameters, users, scripts, backups, access, expires, on_failure } = request.database;
  return digestOfJson({
    owner: request.owner,
    refresh: request.source_database.refresh ?? null,
    storage,
    resources,
    parameters,
    users: users
      .map((user) => ({ ...user, roles: user.roles.toSorted(), grants: user.grants.toSorted() }))
      .toSorted((a, b) => compareText(a.name, b.name)),
    post_import: readScripts(files, scripts.post_import),
    backups: backups ?? null,
    namespaces: access.namespaces.toSorted(),
    expires: expires ?? null,
    on_failure,
  });
}
