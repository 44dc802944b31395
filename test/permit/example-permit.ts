import { generateKeyPairSync, sign } from "node:crypto";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import type { ApprovalKeys } from "../../src/permit/parse-approval.ts";
import type { Permit } from "../../src/permit/permit.ts";
import { signApproval, type SigningKey } from "../../src/permit/sign-approval.ts";

export interface TestKey {
  signing: SigningKey;
  settings: ApprovalKeys[number];
}

/** A fresh Ed25519 pair: the bot's half, and the settings' half. */
export function makeKey(id: string): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  return { signing: { id, privateKey }, settings: { id, public_key: der.toString("base64") } };
}

export const exampleRequest: Record<string, string> = {
  "database_config.yaml": "owner: ada\n",
  "scripts/mask.sql": "update HR.EMPLOYEES set EMAIL = 'x';\n",
};

export const examplePermit: Permit = {
  version: 1,
  repository: { id: "812345678", name: "acme/databases" },
  database: "hr",
  source: "hr-prod",
  request: digestsOf(exampleRequest),
  work: "export",
  generation: 5,
  cause: "review",
  evidence: {
    pull: "214",
    head: "3f1c9a2".padEnd(40, "0"),
    merge: "77ab01".padEnd(40, "0"),
    check: "5001",
    reviews: [{ id: "901", user: "7", login: "grace", at: "2026-11-22T14:03:20Z" }],
  },
  signed_at: "2026-11-22T14:05:11Z",
  expires_at: "2026-12-06T14:05:11Z",
};

export function digestsOf(files: Record<string, string>): Permit["request"] {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, digestOfBytes(text)]));
}

/** Permits of every cause, each as the contract writes it. */
export function permitsOfEveryCause(): Permit[] {
  const { cause: _cause, evidence: _evidence, ...facts } = examplePermit;
  const { expires_at: _expires, ...lasting } = examplePermit;
  const person = { user: "7", login: "grace" };
  const previous = digestOfBytes("the permit before");
  return [
    examplePermit,
    { ...lasting, work: "apply" },
    { ...facts, cause: "reseed", evidence: { run: "77", attempt: "1", ...person, reason: "weekly" } },
    { ...facts, cause: "reseed", evidence: { comment: "31", ...person, reason: 'broken: "x"\n# y' } },
    { ...facts, cause: "retry", evidence: { comment: "32", ...person, reason: "again", previous } },
    { ...facts, cause: "refresh", evidence: { schedule: "0 3 * * 1", due: "2026-11-23T02:00:00Z", previous } },
    { ...facts, work: "image", cause: "rebuild", evidence: { settings_pull: "215" } },
  ];
}

export function signed(permit: Permit, key: TestKey): Buffer {
  return signApproval(permit, key.signing);
}

/** Any text with a valid signature, as nothing but a test makes it. */
export function signedText(text: string, { signing }: TestKey): Buffer {
  const signature = sign(null, Buffer.from(`seedbed-approval-v1\n${text}`), signing.privateKey).toString("base64");
  return Buffer.from(`${text}signature: ${signing.id} ${signature}\n`);
}
