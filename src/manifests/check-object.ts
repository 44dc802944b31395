import type { KubernetesObject } from "./manifest-input.ts";
import { isLabelValue } from "./label-value.ts";
import { canonicalQuantity } from "../document/quantity.ts";

/** Problems of one rendered object, each as a predicate; `namespace` is the bundle's. */
export function checkObject(object: KubernetesObject, namespace: string): string[] {
  return [
    ...checkName(object),
    ...checkNamespace(object, namespace),
    ...checkLabels(object),
    ...checkKept(object),
    ...checkContent(object),
    ...checkQuantities(object),
  ];
}

/** Shorter where Kubernetes derives names from it: pods and revisions of a StatefulSet. */
function checkName({ kind, metadata }: KubernetesObject): string[] {
  const most = kind === "StatefulSet" ? 52 : 63;
  const isName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(metadata.name);
  if (!isName) return [`has the name "${metadata.name}", which Kubernetes does not accept`];
  const limit = kind === "ExternalSecret" ? 253 : most;
  return metadata.name.length <= limit
    ? []
    : [`has a name of ${metadata.name.length} characters; at most ${limit} are allowed`];
}

function checkNamespace({ kind, metadata }: KubernetesObject, namespace: string): string[] {
  const given = kind === "Namespace" ? metadata.name : metadata.namespace;
  return given === namespace ? [] : [`is in namespace ${given ?? "(none)"} instead of ${namespace}`];
}

function checkLabels(object: KubernetesObject): string[] {
  const found: string[] = [];
  walk(object, (key, value) => {
    if (key === "app.kubernetes.io/managed-by") found.push("has the label managed-by, which Helm overwrites");
    if (key !== "labels" && key !== "matchLabels") return;
    for (const [name, text] of Object.entries(value as Record<string, unknown>))
      if (typeof text !== "string" || !isLabelValue(text))
        found.push(`has the label ${name} with the invalid value "${String(text)}"`);
  });
  return found;
}

/** Fleet has uninstalled live releases by mistake: the data must survive that. */
function checkKept({ kind, metadata }: KubernetesObject): string[] {
  if (kind !== "Namespace" && kind !== "PersistentVolumeClaim") return [];
  return metadata.annotations?.["helm.sh/resource-policy"] === "keep"
    ? []
    : ["lacks the annotation helm.sh/resource-policy: keep"];
}

function checkContent(object: KubernetesObject): string[] {
  if (object.kind === "Secret") return ["is a Secret, but secret values must never be in git"];
  if (object.kind === "ConfigMap") return checkSize(object["data"] as Record<string, string>);
  const found: string[] = [];
  walk(object, (key, value) => {
    if (key === "image" && typeof value === "string" && !/@sha256:[0-9a-f]{64}$/.test(value))
      found.push(`has the image ${value}, which is not pinned by digest`);
    if (key === "subPath") found.push("mounts a subPath, which is never updated when the ConfigMap changes");
  });
  return found;
}

/** The apiserver's limit on everything in a ConfigMap. */
function checkSize(data: Record<string, string> | undefined): string[] {
  const bytes = Object.entries(data ?? {}).reduce((sum, [key, text]) => sum + key.length + Buffer.byteLength(text), 0);
  return bytes <= 1_048_576
    ? []
    : [`holds ${bytes} bytes; a ConfigMap can have at most 1048576, so the scripts have to be shorter`];
}

const quantityMaps = new Set(["requests", "limits", "hard", "default", "defaultRequest", "max", "min"]);

function checkQuantities(object: KubernetesObject): string[] {
  const found: string[] = [];
  const check = (name: string, text: unknown): void => {
    if (typeof text !== "string") found.push(`has ${name} ${JSON.stringify(text)}, which is not a quoted quantity`);
    else if (canonicalOrNull(text) !== text)
      found.push(`has ${name} ${text}, which the apiserver stores as ${canonicalOrNull(text)}`);
  };
  walk(object, (key, value) => {
    if (key === "sizeLimit") check(key, value);
    if (!quantityMaps.has(key) || typeof value !== "object" || value === null || Array.isArray(value)) return;
    for (const [name, text] of Object.entries(value)) check(name, text);
  });
  return found;
}

function canonicalOrNull(text: string): string | null {
  return /^\d+(\.\d+)?(m|[kMGTPE]|[KMGTPE]i)?$/.test(text) ? canonicalQuantity(text) : null;
}

/** Every key of every nested map, with its value. */
function walk(value: unknown, visit: (key: string, value: unknown) => void): void {
  if (Array.isArray(value)) return value.forEach((item) => walk(item, visit));
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    visit(key, inner);
    walk(inner, visit);
  }
}
