import { Ajv2020 } from "ajv/dist/2020.js";
import type { Parsed } from "../problem.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import type { Permit } from "./permit.ts";
import { permitSchema } from "./permit-schema.ts";

// Our own schema; a test validates it, and the schema of schemas takes ajv 0.1 s to compile at every start.
const validate = new Ajv2020({
  allErrors: true,
  strictRequired: false,
  strictTypes: false,
  validateSchema: false,
}).compile<Permit>(permitSchema);

/** The signed part of an approval.yaml as a value. Call it only with bytes whose signature holds, or before signing them. */
export function checkPermit(signedText: string): Parsed<Permit> {
  return readYaml<Permit>(signedText, "approval.yaml", {
    noun: "The permit",
    code: "approval-malformed",
    validate,
    fix: "Ask for a new permit: review the request again, or ask for a reseed.",
    docs: "docs/reference/approval.md",
  });
}
