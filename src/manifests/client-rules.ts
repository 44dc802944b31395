import { createHash } from "node:crypto";

/**
 * Peers of a NetworkPolicy for the namespaces of a request. Kubernetes selects namespaces by label, never by a pattern
 * of their name: exact names use the label that every namespace has, patterns use the label of `accessLabel`.
 */
export function renderClientRules(namespaces: readonly string[]): object[] {
  const patterns = [...new Set(namespaces)].toSorted();
  if (patterns.includes("*")) return [{ namespaceSelector: {} }];
  const exact = patterns.filter((pattern) => !pattern.includes("*"));
  const named = { key: "kubernetes.io/metadata.name", operator: "In", values: exact };
  return [
    ...(exact.length === 0 ? [] : [{ namespaceSelector: { matchExpressions: [named] } }]),
    ...patternsOf(patterns).map((pattern) => ({
      namespaceSelector: { matchLabels: { [accessLabel(pattern)]: "allowed" } },
    })),
  ];
}

/** The patterns among the namespaces of a request that only a label can express. */
export function patternsOf(namespaces: readonly string[]): string[] {
  return [...new Set(namespaces)].filter((name) => name.includes("*") && name !== "*").toSorted();
}

/** The label that a namespace needs (with the value `allowed`) to match a pattern: `access.seedbed.dev/hr-any` for `hr-*`. */
export function accessLabel(pattern: string): string {
  const name = pattern.replaceAll(/\*+/g, "any");
  if (name.length <= 63) return `access.seedbed.dev/${name}`;
  const digest = createHash("sha256").update(pattern).digest("hex").slice(0, 8);
  return `access.seedbed.dev/${name.slice(0, 54)}-${digest}`;
}
