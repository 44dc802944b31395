import { type KeyObject, sign } from "node:crypto";
import { SeedbedError } from "../problem/error.ts";
import { parsePermit } from "./parse-permit.ts";
import type { Permit } from "./permit.ts";
import { renderPermit } from "./render-permit.ts";

export interface SigningKey {
  /** The id in `approval.keys` of the settings. */
  id: string;
  privateKey: KeyObject;
}

/** The bytes of an approval.yaml. Only the bot signs: no use case and no entry of the Action calls this. */
export function signApproval(permit: Permit, key: SigningKey): Buffer {
  const text = renderPermit(permit);
  const checked = parsePermit(text);
  if (!checked.ok)
    throw new SeedbedError("approval-malformed", checked.problems.map((problem) => problem.what).join("; "), {
      fix: "Nothing was signed. This is a bug in the bot: report it with the pull request's number.",
    });
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(key.id) || key.privateKey.asymmetricKeyType !== "ed25519")
    throw new SeedbedError(
      "approval-key-unusable",
      `The key ${key.id} is not an Ed25519 key with an id of 1 to 16 characters.`,
      {
        fix: "Configure the bot with an Ed25519 private key and the id of its public key in approval.keys of the settings.",
      },
    );
  const signature = sign(null, Buffer.from(`seedbed-approval-v1\n${text}`), key.privateKey).toString("base64");
  return Buffer.from(`${text}signature: ${key.id} ${signature}\n`);
}
