import type { Draft } from "../document/draft.ts";
import type { Finding } from "../document/finding.ts";
import type { BaseSettings, Settings } from "./settings.ts";

/** What new settings leave open and every form accepts: it would only be noticed when the bot starts or an image is pulled. */
export function checkPlaceholders({ approval, bases }: Draft<Settings>): Finding[] {
  const noKeys: Finding = {
    severity: "warning",
    code: "no-approval-keys",
    at: ["approval", "keys"],
    key: true,
    what: "approval.keys is empty",
    why: "without a key the bot does not start, and seedbed seed asks for no permit",
    fix: "add the public half of the bot's signing key: openssl pkey -in key.pem -pubout -outform DER | base64 -w0",
  };
  return [...(approval?.keys?.length === 0 ? [noKeys] : []), ...Object.entries(bases ?? {}).flatMap(checkDigest)];
}

function checkDigest([name, base]: [string, Draft<BaseSettings> | undefined]): Finding[] {
  const image = base?.image;
  if (image === undefined || !/@sha256:0{64}$/.test(image)) return [];
  return [
    {
      severity: "warning",
      code: "placeholder-digest",
      at: ["bases", name, "image"],
      what: "the digest is all zeros",
      why: "it is the template's placeholder: no image has this digest",
      fix: "write the base image and its own digest, for example from: skopeo inspect --format '{{.Digest}}' docker://<image>:<tag>",
    },
  ];
}
