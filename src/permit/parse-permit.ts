import { Ajv2020 } from "ajv/dist/2020.js";
import type { Parsed } from "../problem/problem.ts";
import { readGenerated } from "../document/read-generated.ts";
import { FORMATS } from "../document/utc-time.ts";
import type { Permit } from "./permit.ts";
import { permitSchema } from "./permit-schema.ts";

// A test validates this schema, so it is not checked here: compiling the meta-schema costs ajv 0.1 s at every start.
const validate = new Ajv2020({
  allErrors: true,
  strictRequired: false,
  strictTypes: false,
  validateSchema: false,
  formats: FORMATS,
}).compile<Permit>(permitSchema);

/** The signed part of an approval.yaml as a value. Call it only with bytes whose signature is valid, or before signing them. */
export function parsePermit(signedText: string): Parsed<Permit> {
  return readGenerated<Permit>(signedText, "approval.yaml", {
    noun: "the permit",
    code: "approval-malformed",
    validate,
    fix: "ask for a new permit: have the request reviewed again, or ask for a reseed",
    docs: "docs/reference/approval.md",
  });
}
