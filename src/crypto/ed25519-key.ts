import { createPublicKey, type KeyObject } from "node:crypto";

/** What stands before the 32 bytes of every Ed25519 public key (RFC 8410, 4). */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** The Ed25519 public key that a text is in its one spelling, base64 of an SPKI DER; null for anything else. */
export function parsePublicKey(base64: string): KeyObject | null {
  const der = Buffer.from(base64, "base64");
  if (der.toString("base64") !== base64 || der.length !== 44 || !der.subarray(0, SPKI.length).equals(SPKI)) return null;
  return createPublicKey({ key: der, format: "der", type: "spki" });
}

/** The public half of a private key as the settings have it. */
export function renderPublicKey(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
}
