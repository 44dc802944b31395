import { wholeOf } from "../document/quantity.ts";

/**
 * Bytes of a size that a cluster has: beside what manifests are rendered with, also with an exponent, which the API server keeps as somebody
 * wrote it by hand (k8s.io/apimachinery v0.36, pkg/api/resource, Quantity: DecimalExponent).
 */
export function bytesOf(text: string): bigint {
  const [, whole = "", part = "", power] = /^(\d+)(?:\.(\d+))?[eE]\+?(\d{1,2})$/.exec(text) ?? [];
  if (power === undefined) return wholeOf(text);
  const zeros = Number(power) - part.length;
  const digits = `${whole}${part}`;
  if (zeros >= 0) return BigInt(digits) * 10n ** BigInt(zeros);
  const scale = 10n ** BigInt(-zeros);
  return (BigInt(digits) + scale - 1n) / scale;
}

/** The smallest size that a request can ask for and that is not less: requests are in whole Mi, Gi or Ti. */
export function sizeForRequest(text: string): string {
  return /^\d+(?:Mi|Gi|Ti)$/.test(text) ? text : `${(bytesOf(text) + GIB - 1n) / GIB}Gi`;
}

const GIB = 1024n ** 3n;
