import type { Finding } from "../document/finding.ts";
import type { Steps } from "../document/place.ts";
import { parsePublicKey } from "../crypto/ed25519-key.ts";

/** An approval key that is not an Ed25519 public key, or that is a private key. */
export function checkPublicKey(text: string | undefined, at: Steps): Finding[] {
  if (text === undefined) return [];
  if (parsePublicKey(text) !== null) return [];
  const hex = Buffer.from(text, "base64").toString("hex");
  // RFC 8410, section 7: a private key in PKCS #8 begins with a sequence, version and this algorithm.
  const isPrivate = /PRIVATE/.test(text) || hex.startsWith("302e020100300506032b6570");
  if (isPrivate) {
    const fix = "create a new key pair and write its public key here; only the bot may have the private key";
    return [
      {
        code: "private-key",
        at,
        what: "this is a private key",
        why: "everyone who can read this file can sign permits with it",
        fix,
      },
    ];
  }
  const why = "expected an Ed25519 public key: SPKI in DER, as base64, 60 characters on one line";
  return [
    {
      code: "bad-form",
      at,
      what: "this is not an Ed25519 public key",
      why,
      fix: "run: openssl pkey -in key.pem -pubout -outform DER | base64 -w0",
    },
  ];
}

/** A host key whose bytes do not match the type written before them. */
export function checkHostKey(text: string | undefined, at: Steps): Finding[] {
  if (text === undefined) return [];
  const [type = "", body = ""] = text.split(" ");
  const bytes = Buffer.from(body, "base64");
  // RFC 4253, section 6.6: the blob begins with the type's length and name.
  const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
  const within = bytes.subarray(4, 4 + length).toString("latin1");
  if (within === type && bytes.length > 4 + length) return [];
  const why =
    within.startsWith("ssh-") || within.startsWith("ecdsa-")
      ? `its bytes are of type ${within}`
      : "its base64 is truncated or damaged";
  return [
    {
      code: "bad-form",
      at,
      what: `this is not a host key of type ${type}`,
      why,
      fix: "copy the output of ssh-keyscan -t ed25519 <host> without the host name",
    },
  ];
}
