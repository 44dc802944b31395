import { createHash } from "node:crypto";
import type { DatabaseRequest } from "../request/request.ts";
import { tlsSecretFor } from "./certificate.ts";
import type { ManifestInput } from "./manifest-input.ts";

/** A Secret that the pod mounts: its name and the used keys, sorted. */
export interface MountedSecret {
  name: string;
  keys: string[];
}

/** A Secret without `keys` is mounted with all that it has. */
type Mount = Pick<MountedSecret, "name"> & Partial<MountedSecret>;

/** The Secrets of the pod: the passwords, and the certificate. Whether that comes with its authority (`ca.crt`) is its maker's choice. */
export function mountedSecrets(input: ManifestInput): Mount[] {
  const tls = tlsSecretFor(input);
  return [...secretsOf(input.request), ...(tls === null ? [] : [{ name: tls }])];
}

/** The Secrets that the request refers to, without duplicates, sorted by name. */
export function secretsOf(request: DatabaseRequest): MountedSecret[] {
  const references = request.database.users.map((user) => user.password_secret);
  const names = [...new Set(references.map((reference) => reference.name))].toSorted();
  return names.map((name) => {
    const keys = references.filter((reference) => reference.name === name).map((reference) => reference.key);
    return { name, keys: [...new Set(keys)].toSorted() };
  });
}

/** Volumes of the Secrets, readable only by the pod's group; the pod does not start while a Secret is missing. */
export function renderSecretVolumes(secrets: readonly Mount[]): object[] {
  return secrets.map(({ name, keys }) => ({
    name: volumeName(name),
    secret: {
      secretName: name,
      defaultMode: groupReadable,
      ...(keys === undefined ? {} : { items: keys.map((key) => ({ key, path: key })) }),
    },
  }));
}

/** Mounts of the Secrets at `/run/secrets/seedbed/<secret>/<key>`. */
export function renderSecretMounts(secrets: readonly Mount[]): object[] {
  return secrets.map(({ name }) => ({
    name: volumeName(name),
    mountPath: `/run/secrets/seedbed/${name}`,
    readOnly: true,
  }));
}

/** 0440 in decimal, which YAML 1.1 and 1.2 read the same. */
const groupReadable = 0o440;

/** A volume's name has no dots and at most 63 characters; a Secret's name may have dots and be longer. */
function volumeName(secret: string): string {
  if (/^[a-z0-9-]{1,56}$/.test(secret)) return `secret-${secret}`;
  return `secret-${createHash("sha256").update(secret).digest("hex").slice(0, 16)}`;
}
