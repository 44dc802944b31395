import { compareText } from "../text/order.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import { digestOfJson, type Digest } from "../crypto/digest.ts";
import { readScripts } from "./seed.ts";

/** Decides whether a running database has something to apply: everything that affects neither an export nor an import. */
export function digestApplyInputs(request: DatabaseRequest, files: RequestFiles): Digest {
  const { storage, resources, parameters, users, scripts, backups, access, expires, on_failure } = request.database;
  const { service, namespaces, tls } = access;
  return digestOfJson({
    owner: request.owner,
    refresh: request.source_database.refresh ?? null,
    storage: { size: storage.size, keep_dump: storage.keep_dump },
    resources,
    parameters,
    users: users
      .map((user) => ({ ...user, roles: user.roles.toSorted(), grants: user.grants.toSorted() }))
      .toSorted((a, b) => compareText(a.name, b.name)),
    post_import: readScripts(files, scripts.post_import),
    backups: backups ?? null,
    namespaces: namespaces.toSorted(),
    // Left out where they are absent, so that digests of earlier versions stay.
    ...(service && { service: { type: service.type, source_ranges: service.source_ranges.toSorted() } }),
    ...(tls === undefined ? {} : { tls }),
    ...(request.database.stopped === undefined ? {} : { stopped: request.database.stopped }),
    expires: expires ?? null,
    on_failure,
  });
}
