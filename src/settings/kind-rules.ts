import type { Draft } from "../document/draft.ts";
import type { Finding } from "../document/finding.ts";
import { showSteps, type Steps } from "../document/place.ts";
import type { Settings } from "./settings.ts";

/** The keys that a map has to have, and those that it may have, by its key `kind`. */
type Kinds = Record<string, { required: readonly string[]; allowed?: readonly string[]; why: string }>;

const SECRETS: Kinds = {
  external: { required: ["store"], why: "kind external reads a ClusterSecretStore" },
  existing: { required: [], why: "kind existing uses Secrets that already exist in the namespace" },
};

const PULL_SECRET: Kinds = {
  external: {
    required: ["store", "key"],
    allowed: ["property"],
    why: "kind external reads one entry of a ClusterSecretStore",
  },
  existing: { required: ["name"], why: "kind existing names a Secret that already exists in each namespace" },
};

const CERTIFICATES: Kinds = {
  "cert-manager": { required: ["issuer"], why: "kind cert-manager renders a Certificate, which names its issuer" },
  existing: {
    required: ["name"],
    why: "kind existing names a Secret of type kubernetes.io/tls that already exists in each namespace",
  },
};

/** Maps whose key `kind` decides which other keys they have: a rule, because its words are better than a schema's. */
export function checkKinds({ clusters, registries }: Draft<Settings>): Finding[] {
  return [
    ...Object.entries(clusters ?? {}).flatMap(([name, cluster]) => [
      ...checkKind(cluster?.secrets, ["clusters", name, "secrets"], SECRETS),
      ...checkKind(cluster?.certificates, ["clusters", name, "certificates"], CERTIFICATES),
    ]),
    ...checkKind(registries?.seeds?.pull_secret, ["registries", "seeds", "pull_secret"], PULL_SECRET),
  ];
}

function checkKind(value: object | undefined, at: Steps, kinds: Kinds): Finding[] {
  const given = (value ?? {}) as Record<string, unknown>;
  const kind = String(given["kind"]);
  const rule = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (rule === undefined) return [];
  const { required, allowed = [], why } = rule;
  const missing = required.filter((key) => !Object.hasOwn(given, key));
  const known = new Set(["kind", ...required, ...allowed]);
  const others = Object.keys(given).filter((key) => !known.has(key));
  const elsewhere = Object.keys(kinds).filter((name) => name !== kind);
  return [
    ...missing.map((key): Finding => ({
      code: "missing-key",
      at,
      key: true,
      what: `${showSteps(at)} has no "${key}"`,
      why,
      fix: `add ${key}`,
    })),
    ...others.map((key): Finding => ({
      code: "unknown-key",
      at: [...at, key],
      key: true,
      what: `${key} has no effect here`,
      why,
      fix: `remove it, or write kind: ${elsewhere.join(" or ")}`,
    })),
  ];
}
