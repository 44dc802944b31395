import { KINDS } from "../cluster/kinds.ts";
import { ownerOf } from "../cluster/owner-of.ts";
import { bundleName } from "../manifests/names.ts";
import type { Cluster, LiveObject } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import type { PullLogin } from "../registry-login/pull-login.ts";
import { notReadable } from "./find-pod.ts";
import { describeOwner } from "./prepare-apply.ts";

/** A login for pulling that is to be put beside a database. */
export interface PullTask {
  cluster: Cluster;
  database: string;
  /** Of the Secret. */
  name: string;
  login: PullLogin;
}

/** Whether the Secret is new or ours; throws where somebody else keeps it. Its metadata alone is read. */
export async function checkPullSecret({ cluster, database, name }: PullTask): Promise<"create" | "update"> {
  const namespace = bundleName(database);
  const found = await cluster.list(KINDS.secret, { namespace, fields: `metadata.name=${name}`, metadataOnly: true });
  if (found.state === "denied") throw notReadable(cluster, found.why);
  const [secret] = found.state === "read" ? found.value : [];
  if (secret === undefined) return "create";
  const owner = whoElseKeeps(secret);
  if (owner === null) return "update";
  throw new SeedbedError(
    "pull-secret-owned",
    `Secret/${name} in namespace ${namespace} (context ${cluster.context}) belongs to ${owner}.`,
    {
      fix: "Have its owner put the login there, or delete the Secret if nobody keeps it any more, and run this again. Nothing was changed.",
    },
  );
}

/** null where this command line made it, and no other object brings it back. */
function whoElseKeeps(secret: LiveObject): string | null {
  const [reference] = secret.metadata.ownerReferences ?? [];
  if (reference !== undefined) return `${reference.kind}/${reference.name}`;
  const owner = ownerOf(secret);
  if (owner.kind === "seedbed") return null;
  if (owner.kind !== "nobody") return describeOwner(owner);
  const managers = (secret.metadata.managedFields ?? []).map(({ manager }) => manager);
  return managers.length === 0 ? "somebody else" : `whoever made it by ${managers.join(", ")}`;
}

/** Writes the Secret. Whatever the cluster says of it, the login is not among it. */
export async function writePullSecret(
  { cluster, database, name, login }: PullTask,
  { dryRun }: { dryRun: boolean },
): Promise<void> {
  const object = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: bundleName(database), labels: { "app.kubernetes.io/part-of": "seedbed" } },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(login.config).toString("base64") },
  };
  const applied = await cluster.apply(KINDS.secret, object, { dryRun }).catch((error: unknown) => {
    if (!(error instanceof SeedbedError)) throw error;
    // Without its cause: an admission webhook may have quoted what it was given.
    throw new SeedbedError(error.code, `Secret/${name}: ${login.secrets.redact(error.message)}`, { fix: error.fix });
  });
  if (applied.state === "applied") return;
  const managers = [...new Set(applied.conflicts.map(({ manager }) => manager))].join(", ");
  throw new SeedbedError("pull-secret-owned", `Fields of Secret/${name} were set by ${managers}.`, {
    fix: "Have them put the login there, or delete the Secret, and run this again.",
  });
}
