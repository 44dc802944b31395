import { compareBytes } from "../text/order.ts";
import { renderYaml } from "../document/render-yaml.ts";
import type { Permit } from "./permit.ts";

/** Every byte of approval.yaml before its last line: what is signed after the prefix `seedbed-approval-v1` and a line end. */
export function renderPermit(permit: Permit): string {
  const ordered = {
    version: permit.version,
    repository: { id: permit.repository.id, name: permit.repository.name },
    database: permit.database,
    source: permit.source,
    request: Object.fromEntries(Object.entries(permit.request).toSorted(([a], [b]) => compareBytes(a, b))),
    work: permit.work,
    generation: permit.generation,
    cause: permit.cause,
    evidence: orderEvidence(permit.evidence),
    signed_at: permit.signed_at,
    ...(permit.expires_at === undefined ? {} : { expires_at: permit.expires_at }),
  };
  return renderYaml(ordered, { onOneLine: ["repository", "evidence"] });
}

const evidenceKeys = [
  "pull",
  "head",
  "merge",
  "check",
  "reviews",
  "run",
  "attempt",
  "comment",
  "user",
  "login",
  "reason",
];
const laterKeys = ["schedule", "due", "settings_pull", "previous"];

function orderEvidence(evidence: object): Record<string, unknown> {
  const record = evidence as Record<string, unknown>;
  const known = [...evidenceKeys, ...laterKeys].filter((key) => key in record);
  // An unknown key is kept so that the check before signing rejects it.
  const keys = [...known, ...Object.keys(record).filter((key) => !known.includes(key))];
  return Object.fromEntries(keys.map((key) => [key, record[key]]));
}
