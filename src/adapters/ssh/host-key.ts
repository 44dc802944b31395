import { createHash } from "node:crypto";
import { SeedbedError } from "../../problem/error.ts";

/** A host's public key: its type and its bytes in the protocol. */
export interface HostKey {
  type: string;
  blob: Buffer;
}

/** Parses the settings' line `ssh-ed25519 AAAA…`, ignoring a comment at its end. */
export function parseHostKey(line: string): HostKey {
  const [type, base64] = line.trim().split(/\s+/);
  const blob = Buffer.from(base64 ?? "", "base64");
  if (type && blob.length > 0 && blob.toString("base64") === base64 && keyType(blob) === type) return { type, blob };
  throw new SeedbedError("ssh-host-key-invalid", `The host key in the settings is not a public key: ${line.trim()}`, {
    fix: "Use the line that `ssh-keyscan -t ed25519 <host>` prints, without the host name: `ssh-ed25519 AAAA…`.",
  });
}

/** `ssh-ed25519 SHA256:…`, as OpenSSH prints it. */
export function describeHostKey(blob: Buffer): string {
  return `${keyType(blob) ?? "unknown type"} SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** The host key algorithms to offer, so that the server presents the expected key, or another only if it has none of that type. */
export function hostKeyAlgorithms(expected: HostKey): string[] {
  const wanted = expected.type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [expected.type];
  const known = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
  ];
  return [...wanted, ...known.filter((algorithm) => !wanted.includes(algorithm))];
}

/** The error for a host that presents a key other than the one in the settings. */
export function hostKeyMismatch(login: string, expected: Buffer, offered: Buffer): SeedbedError {
  const message = [
    `${login} presents a different host key than the settings expect. Nothing was sent to it.`,
    `expected ${describeHostKey(expected)}`,
    `offered  ${describeHostKey(offered)}`,
  ].join("\n");
  return new SeedbedError("ssh-host-key-mismatch", message, {
    fix: "Ask the host's administrators whether its key was changed. If it was, set `host_key` of the source in .github/seedbed.yml to the new key; if it was not, somebody may be intercepting the connection.",
  });
}

// RFC 4253, section 6.6: a public key starts with its type as a string.
function keyType(blob: Buffer): string | null {
  if (blob.length < 4) return null;
  const length = blob.readUInt32BE(0);
  return length > 0 && length <= 64 && blob.length >= 4 + length ? blob.toString("latin1", 4, 4 + length) : null;
}
