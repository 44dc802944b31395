import { verify } from "node:crypto";
import { parsePublicKey } from "../crypto/ed25519-key.ts";
import type { Settings } from "../settings/settings.ts";
import { decodeUtf8 } from "../text/utf8.ts";
import { parsePermit } from "./parse-permit.ts";
import type { Permit } from "./permit.ts";
import { type PermitReason, RESTORE_PERMIT } from "./permit-reason.ts";

/** Public keys from the settings: Ed25519, base64 of the SPKI DER. */
export type ApprovalKeys = Settings["approval"]["keys"];

export type VerifiedApproval = { ok: true; permit: Permit; key: string } | { ok: false; fault: ApprovalFault };

/** Why an approval.yaml is not accepted, as sentences. */
export interface ApprovalFault extends PermitReason {
  code: ApprovalFaultCode;
}

export type ApprovalFaultCode =
  | "approval-not-text"
  | "approval-line-ends"
  | "approval-unsigned"
  | "approval-signature-encoding"
  | "approval-unknown-key"
  | "approval-key-unusable"
  | "approval-signature-wrong"
  | "approval-malformed";

const lastLine = /^signature: ([a-z][a-z0-9-]{0,15}) ([A-Za-z0-9+/]{86}==)\n$/;
const prefix = Buffer.from("seedbed-approval-v1\n");

/**
 * The permit in the bytes of an approval.yaml. The signature is verified before anything is parsed, over every byte
 * before the last line; the format of that line allows only one spelling of each signature.
 */
export function parseApproval(bytes: Uint8Array, keys: ApprovalKeys): VerifiedApproval {
  const text = decodeUtf8(bytes);
  if (text === null) return refuse("approval-not-text", "is not UTF-8", RESTORE_PERMIT);
  if (text.includes("\r")) return refuse("approval-line-ends", "has line endings other than LF", RESTORE_PERMIT);
  const start = text.lastIndexOf("\n", text.length - 2) + 1;
  const [, keyId, signatureText] = lastLine.exec(text.slice(start)) ?? [];
  if (keyId === undefined || signatureText === undefined)
    return refuse(
      "approval-unsigned",
      "does not end in a line `signature: <key> <88 base64 characters>`",
      RESTORE_PERMIT,
    );
  const signature = Buffer.from(signatureText, "base64");
  if (signature.toString("base64") !== signatureText)
    return refuse("approval-signature-encoding", "has a signature that is not canonical base64", RESTORE_PERMIT);
  const found = keys.filter((key) => key.id === keyId);
  if (found.length !== 1) return refuse("approval-unknown-key", describeUnknownKey(keyId, keys), renew);
  const key = parsePublicKey(found[0]?.public_key ?? "");
  if (key === null)
    return refuse(
      "approval-key-unusable",
      `is signed with ${keyId}, but the settings' entry for it is not an Ed25519 key`,
      repair,
    );
  const signedText = text.slice(0, start);
  if (!verify(null, Buffer.concat([prefix, Buffer.from(signedText)]), key, signature))
    return refuse("approval-signature-wrong", `has an invalid signature for key ${keyId}`, RESTORE_PERMIT);
  const parsed = parsePermit(signedText);
  if (parsed.ok) return { ok: true, permit: parsed.value, key: keyId };
  const wrong = parsed.problems.map((problem) => problem.what.replace(/^the permit /, "")).join("; ");
  return refuse(
    "approval-malformed",
    `has a valid signature but is not a permit that this version supports: ${wrong}`,
    renew,
  );
}

const renew = "Ask for a new permit: have the request reviewed again, or ask for a reseed.";
const repair = "Add the public key to approval.keys of the settings, as base64 of its SPKI DER.";

function refuse(code: ApprovalFaultCode, what: string, fix: string): VerifiedApproval {
  return { ok: false, fault: { code, what: `approval.yaml ${what}.`, fix } };
}

function describeUnknownKey(id: string, keys: ApprovalKeys): string {
  const known = keys.map((key) => key.id);
  if (known.includes(id)) return `is signed with ${id}, but the settings have more than one key with this id`;
  return `is signed with ${id}, but the settings only have ${known.length === 0 ? "an empty list of keys" : known.join(", ")}`;
}
