import { NAMES } from "../layout/database-folder.ts";
import { databaseName } from "../lock/lock-schema.ts";
import { digest, numberText, strictObject, time } from "../lock/seed-schema.ts";

const text = { type: "string", minLength: 1 };
const commit = { type: "string", pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" };
const person = { user: numberText, login: text };

const review = strictObject({ id: numberText, ...person, at: time });
const reviewEvidence = strictObject({
  pull: numberText,
  head: commit,
  merge: commit,
  check: numberText,
  reviews: { type: "array", minItems: 1, items: review },
});

const repeated = { previous: digest };
const runWish = { run: numberText, attempt: numberText, ...person, reason: text };
const commentWish = { comment: numberText, ...person, reason: text };

/** One of two shapes, chosen by a key, so that problems are about the intended shape. */
function wish(more: Record<string, object>): object {
  return {
    type: "object",
    if: { required: ["comment"] },
    // oxlint-disable-next-line unicorn/no-thenable
    then: strictObject({ ...commentWish, ...more }),
    else: strictObject({ ...runWish, ...more }),
  };
}

const evidenceOf = {
  review: reviewEvidence,
  reseed: wish({}),
  retry: wish(repeated),
  refresh: strictObject({ schedule: text, due: time, ...repeated }),
  rebuild: strictObject({ settings_pull: numberText }),
};

const evidenceFollowsCause = Object.entries(evidenceOf).map(([cause, evidence]) => ({
  if: { properties: { cause: { const: cause } }, required: ["cause"] },
  // oxlint-disable-next-line unicorn/no-thenable
  then: { properties: { evidence } },
}));

const expiryFollowsWork = {
  if: { properties: { work: { const: "apply" } } },
  // oxlint-disable-next-line unicorn/no-thenable
  then: { properties: { expires_at: false } },
  else: { required: ["expires_at"], properties: { generation: { minimum: 1 } } },
};

/** Path relative to the request's folder that cannot leave it. */
const requestPath = "^(?!.*(^|/)\\.\\.?(/|$))[^/\\\\\\0]+(/[^/\\\\\\0]+)*$";

/** The JSON Schema of approval.yaml, without its last line. */
export const permitSchema = {
  ...strictObject(
    {
      version: { const: 1 },
      repository: strictObject({ id: numberText, name: text }),
      database: databaseName,
      source: text,
      request: {
        type: "object",
        required: [NAMES.request],
        propertyNames: { pattern: requestPath },
        additionalProperties: digest,
      },
      work: { enum: ["export", "image", "apply"] },
      generation: { type: "integer", minimum: 0 },
      cause: { enum: Object.keys(evidenceOf) },
      evidence: { type: "object" },
      signed_at: time,
      expires_at: time,
    },
    ["expires_at"],
  ),
  allOf: [...evidenceFollowsCause, expiryFollowsWork],
};
