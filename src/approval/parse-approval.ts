import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Settings } from "../settings/settings.ts";
import { checkPermit } from "./check-permit.ts";
import type { Permit } from "./permit.ts";

/** Keys of the settings: their public half as base64 of an SPKI DER, Ed25519. */
export type ApprovalKeys = Settings["approval"]["keys"];

export type VerifiedApproval = { ok: true; permit: Permit; key: string } | { ok: false; refusal: Refusal };

/** Why nothing may run on an approval.yaml, as sentences. */
export interface Refusal {
  code: RefusalCode;
  what: string;
  fix: string;
}

export type RefusalCode =
  | "approval-not-text"
  | "approval-line-ends"
  | "approval-unsigned"
  | "approval-signature-encoding"
  | "approval-unknown-key"
  | "approval-key-unusable"
  | "approval-signature-wrong"
  | "approval-malformed";

const lastLine = /^signature: ([a-z][a-z0-9-]{0,15}) ([A-Za-z0-9+/]{86}==)\n$/;
/** What stands before the 32 bytes of every Ed25519 key (RFC 8410, 4). */
const spkiOfEd25519 = Buffer.from("302a300506032b6570032100", "hex");
const prefix = Buffer.from("seedbed-approval-v1\n");

/**
 * The permit in the bytes of an approval.yaml. The signature is verified before anything is parsed, over every byte
 * before the last line; the shape of that line leaves one way only to write each signature.
 */
export function parseApproval(bytes: Uint8Array, keys: ApprovalKeys): VerifiedApproval {
  const text = decode(bytes);
  if (text === null) return refuse("approval-not-text", "is not UTF-8", restore);
  if (text.includes("\r")) return refuse("approval-line-ends", "has line ends other than LF", restore);
  const start = text.lastIndexOf("\n", text.length - 2) + 1;
  const [, keyId, signatureText] = lastLine.exec(text.slice(start)) ?? [];
  if (keyId === undefined || signatureText === undefined)
    return refuse("approval-unsigned", "does not end in a line `signature: <key> <88 base64 characters>`", restore);
  const signature = Buffer.from(signatureText, "base64");
  if (signature.toString("base64") !== signatureText)
    return refuse(
      "approval-signature-encoding",
      "has a signature that is not written in the one way of base64",
      restore,
    );
  const found = keys.filter((key) => key.id === keyId);
  if (found.length !== 1) return refuse("approval-unknown-key", describeUnknownKey(keyId, keys), renew);
  const key = publicKeyOf(found[0]?.public_key ?? "");
  if (key === null)
    return refuse(
      "approval-key-unusable",
      `is signed with ${keyId}, which the settings give as no Ed25519 key`,
      repair,
    );
  const signedText = text.slice(0, start);
  if (!verify(null, Buffer.concat([prefix, Buffer.from(signedText)]), key, signature))
    return refuse("approval-signature-wrong", `does not hold under the key ${keyId}`, restore);
  const parsed = checkPermit(signedText);
  if (parsed.ok) return { ok: true, permit: parsed.value, key: keyId };
  const wrong = parsed.problems.map((problem) => problem.what.replace(/^The permit /, "")).join("; ");
  return refuse("approval-malformed", `is signed but not a permit that this version knows: ${wrong}`, renew);
}

const restore = "Nobody edits approval.yaml: take back the bot's last version, or ask for a new permit.";
const renew = "Ask for a new permit: review the request again, or ask for a reseed.";
const repair = "Write the key's public half into approval.keys of the settings: base64 of its SPKI DER.";

function refuse(code: RefusalCode, what: string, fix: string): VerifiedApproval {
  return { ok: false, refusal: { code, what: `approval.yaml ${what}.`, fix } };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function describeUnknownKey(id: string, keys: ApprovalKeys): string {
  const known = keys.map((key) => key.id);
  if (known.includes(id)) return `is signed with ${id}, of which the settings have more than one`;
  return `is signed with ${id}; the settings know ${known.length === 0 ? "no key" : known.join(", ")}`;
}

function publicKeyOf(base64: string): KeyObject | null {
  const der = Buffer.from(base64, "base64");
  if (der.toString("base64") !== base64 || der.length !== 44 || !der.subarray(0, 12).equals(spkiOfEd25519)) return null;
  return createPublicKey({ key: der, format: "der", type: "spki" });
}
