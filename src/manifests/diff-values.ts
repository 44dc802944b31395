import { canonicalJson } from "../crypto/digest.ts";

/** A value that differs, by its path: `spec.containers[oracle].image`. */
export interface ValueChange {
  field: string;
  /** undefined where there was no value. */
  from: unknown;
  to: unknown;
}

/** Every leaf that differs between two JSON values; list entries are matched by name, not by position. */
export function diffValues(from: unknown, to: unknown, field = ""): ValueChange[] {
  if (isSame(from, to)) return [];
  const [before, after] = [childrenOf(from), childrenOf(to)];
  if (before === null || after === null) return [{ field, from, to }];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key) => diffValues(before.get(key), after.get(key), field + segment(key, field)));
}

function isSame(from: unknown, to: unknown): boolean {
  if (from === undefined || to === undefined) return from === to;
  return canonicalJson(from) === canonicalJson(to);
}

/** The parts of a map, or of a list whose entries have names; null for everything that is compared as a whole. */
function childrenOf(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value)) return namedEntries(value);
  if (typeof value !== "object" || value === null) return null;
  return new Map(Object.entries(value));
}

// mountPath comes first, because one volume can be mounted twice under the same name.
const naming = ["mountPath", "name", "secretKey", "key", "path", "type"];

function namedEntries(list: unknown[]): Map<string, unknown> | null {
  for (const key of naming) {
    const names = list.map((entry) => (entry as Record<string, unknown> | null)?.[key]);
    const usable = names.every((name) => typeof name === "string") && new Set(names).size === list.length;
    if (usable && list.length > 0) return new Map(list.map((entry, at) => [`[${String(names[at])}]`, entry]));
  }
  return null;
}

function segment(key: string, parent: string): string {
  if (key.startsWith("[")) return key;
  if (/[./]/.test(key)) return `[${key}]`;
  return parent === "" ? key : `.${key}`;
}
