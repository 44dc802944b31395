import type { Parsed } from "../problem/problem.ts";
import { readGenerated } from "../document/read-generated.ts";
import { lazyValidator } from "../document/own-schema.ts";
import type { Permit } from "./permit.ts";
import { permitSchema } from "./permit-schema.ts";

const validator = lazyValidator<Permit>(permitSchema, { allErrors: true, strictTypes: false });

/** The signed part of an approval.yaml as a value. Call it only with bytes whose signature is valid, or before signing them. */
export function parsePermit(signedText: string): Parsed<Permit> {
  return readGenerated<Permit>(signedText, "approval.yaml", {
    noun: "the permit",
    code: "approval-malformed",
    validator,
    fix: "ask for a new permit: have the request reviewed again, or ask for a reseed",
    docs: "docs/reference/approval.md",
  });
}
