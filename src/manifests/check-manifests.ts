import { folderOf, NAMES, databaseFileOf } from "../layout/database-folder.ts";
import { isDatabaseName } from "../layout/database-name.ts";
import type { Problem } from "../problem/problem.ts";
import { checkFleet } from "./check-fleet.ts";
import { checkObject } from "./check-object.ts";
import { isKubernetesObject, type ManifestDocument, manifestProblem, readManifests } from "./manifest-documents.ts";
import type { KubernetesObject } from "./manifest-input.ts";
import { bundleName } from "./names.ts";
import type { RenderedFile } from "./rendered-file.ts";

/**
 * Finds problems of a rendered tree that neither Fleet nor a schema of Kubernetes reports in time. `files` are those of
 * one or more folders `environments/<db>/manifests/`; every database is checked separately.
 */
export function checkManifests(files: readonly RenderedFile[]): Problem[] {
  const strays = files.filter((file) => databaseOf(file.path) === null);
  const databases = [...new Set(files.map((file) => databaseOf(file.path)))].filter((name) => name !== null);
  return [
    ...strays.map((file) =>
      manifestProblem("path", { path: file.path, line: 1 }, "is not a file of environments/<db>/manifests/"),
    ),
    ...databases.flatMap((database) =>
      checkBundle(
        database,
        files.filter((file) => databaseOf(file.path) === database),
      ),
    ),
  ];
}

function databaseOf(path: string): string | null {
  const { database = "", below = "" } = databaseFileOf(path) ?? {};
  const [folder, name = "", ...deeper] = below.split("/");
  const isManifest = folder === NAMES.manifests && /^[^/]+\.yaml$/.test(name) && deeper.length === 0;
  return isManifest && isDatabaseName(database) ? database : null;
}

function checkBundle(database: string, files: RenderedFile[]): Problem[] {
  const { documents, problems } = readManifests(files);
  const fleet = files.find((file) => file.path.endsWith("/fleet.yaml"));
  const objects = documents.filter((document) => document.path !== fleet?.path);
  const folder = folderOf(database).manifests;
  return [
    ...problems,
    ...(fleet === undefined
      ? [
          manifestProblem(
            "fleet",
            { path: `${folder}/fleet.yaml`, line: 1 },
            "is missing, so Fleet would choose the bundle's name",
          ),
        ]
      : checkFleet(
          fleet,
          documents.filter((document) => document.path === fleet.path),
          database,
        )),
    ...objects.flatMap((document) => checkDocument(document, bundleName(database))),
    ...findTwice(objects),
    ...findMissingAccount(objects),
  ];
}

function checkDocument(document: ManifestDocument, namespace: string): Problem[] {
  if (!isKubernetesObject(document.value))
    return [
      manifestProblem(
        "object",
        document,
        "has a document without apiVersion, kind or name, which Fleet silently skips",
      ),
    ];
  const object = document.value;
  return checkObject(object, namespace).map((what) => manifestProblem("object", document, `${nameOf(object)} ${what}`));
}

/** With duplicates Helm uses the first, and Fleet reports the object as modified forever (Fleet 0.16.1). */
function findTwice(documents: ManifestDocument[]): Problem[] {
  const seen = new Map<string, ManifestDocument>();
  return documents.flatMap((document) => {
    if (!isKubernetesObject(document.value)) return [];
    const { kind, metadata } = document.value;
    const key = [kind, metadata.namespace ?? "", metadata.name].join("/");
    const first = seen.get(key);
    if (first === undefined) seen.set(key, document);
    return first === undefined
      ? []
      : [manifestProblem("twice", document, `has ${nameOf(document.value)}, which is also in ${first.path}`)];
  });
}

/** A pod whose service account is missing is never created, and only an event of the StatefulSet reports it. */
function findMissingAccount(documents: ManifestDocument[]): Problem[] {
  const objects = documents.filter((document) => isKubernetesObject(document.value));
  const ofKind = (kind: string): ManifestDocument[] =>
    objects.filter(({ value }) => (value as KubernetesObject).kind === kind);
  const accounts = ofKind("ServiceAccount").map(({ value }) => (value as KubernetesObject).metadata.name);
  return ofKind("StatefulSet").flatMap((document) => {
    const set = document.value as { spec?: { template?: { spec?: { serviceAccountName?: string } } } };
    const account = set.spec?.template?.spec?.serviceAccountName ?? "default";
    if (accounts.includes(account)) return [];
    return [
      manifestProblem(
        "account",
        document,
        `has a pod with the service account ${account}, which is not part of the bundle`,
      ),
    ];
  });
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}
