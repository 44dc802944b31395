import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Permit } from "../../../src/permit/permit.ts";
import { signApproval } from "../../../src/permit/sign-approval.ts";
import { examplePermit, makeKey } from "../../permit/example-permit.ts";
import { Chain } from "./chain.ts";
import { expectRefused } from "./expect-refused.ts";

const APPROVAL = "environments/hr/approval.yaml";
const REQUEST = "environments/hr/database_config.yaml";
const DAY = 86_400_000;

let chain: Chain;
let sound: string;
const key = makeKey("k1");
const foreign = makeKey("k1");

beforeAll(async () => {
  chain = await Chain.open();
  const settings = await chain.read(".github/seedbed.yml");
  const keys = `approval: { keys: [ { id: k1, public_key: ${key.settings.public_key} } ], expires_days: 14 }\n`;
  await chain.write(".github/seedbed.yml", settings + keys);
  await chain.commit("Exports need a permit");
  sound = await chain.git("rev-parse", "HEAD");
});
afterEach(() => chain.restore(sound));
afterAll(() => chain.close());

const sha256 = (text: string | Buffer) => `sha256:${createHash("sha256").update(text).digest("hex")}` as const;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString().replace(/\.\d+/, "");

/** A permit for exactly the request as it stands. */
async function permitFor(changes: Partial<Permit> = {}): Promise<Permit> {
  const request = {
    "database_config.yaml": sha256(await chain.read(REQUEST)),
    "scripts/mask.sql": sha256(await chain.read("environments/hr/scripts/mask.sql")),
  };
  // To apply is allowed for good.
  const times = { signed_at: inDays(-1), ...(changes.work === "apply" ? {} : { expires_at: inDays(13) }) };
  const { expires_at: _other, ...facts } = examplePermit;
  return { ...facts, ...times, request, generation: 1, ...changes } as Permit;
}

async function commitApproval(text: string): Promise<void> {
  await chain.write(APPROVAL, text);
  await chain.commit("A permit");
}

describe("a seed where the settings have keys", () => {
  it("does not begin without a permit, in a folder either", async () => {
    const says = [
      "permit-missing",
      `There is no ${APPROVAL}, so this export has no permit.`,
      "Let a DBA of the source",
    ];
    await expectRefused(chain, ["seed", "hr"], { code: 2, says });
    await expectRefused(chain, ["seed", "hr", "--to", `${chain.folder}/out`], { code: 2, says });
  });

  interface Row {
    what: string;
    permit?: Partial<Permit>;
    change?(text: string): string;
    after?(): Promise<void>;
    signing?: typeof key;
    says: string[];
  }
  const rows: Row[] = [
    {
      what: "with one byte changed",
      change: (text) => text.replace("generation: 1", "generation: 2"),
      says: ["approval-signature-wrong", "has an invalid signature for key k1"],
    },
    {
      what: "signed by somebody else under our key's name",
      signing: foreign,
      says: ["approval-signature-wrong", "has an invalid signature for key k1"],
    },
    {
      what: "signed with a key that the settings do not have",
      signing: makeKey("k9"),
      says: ["approval-unknown-key", "is signed with k9, but the settings only have k1"],
    },
    {
      what: "without its last line",
      change: (text) => text.replace(/signature: .*\n$/, ""),
      says: ["approval-unsigned"],
    },
    { what: "with one more line", change: (text) => `${text}# checked\n`, says: ["approval-unsigned"] },
    {
      what: "with the line ends of Windows",
      change: (text) => text.replaceAll("\n", "\r\n"),
      says: ["approval-line-ends"],
    },
    {
      what: "that has expired",
      permit: { signed_at: inDays(-15), expires_at: inDays(-1) },
      says: ["permit-expired", "The permit expired at"],
    },
    {
      what: "for other bytes",
      after: () => chain.edit(REQUEST, "open_cursors: 500", "open_cursors: 501"),
      says: ["permit-other-request", "These files differ from what the permit covers: database_config.yaml."],
    },
    {
      what: "for a request with one script less",
      after: async () => {
        await chain.write("environments/hr/scripts/more.sql", "select 1 from dual;\n");
        await chain.edit(REQUEST, "- scripts/mask.sql", "- scripts/mask.sql\n      - scripts/more.sql");
      },
      says: ["permit-other-request", "database_config.yaml, scripts/more.sql."],
    },
    { what: "for another database", permit: { database: "oe" }, says: ["The permit is for oe, not for hr."] },
    {
      what: "for another source",
      permit: { source: "crm-prod" },
      says: ["The permit is for the source crm-prod, but the request names hr-prod."],
    },
    { what: "that allows to apply only", permit: { work: "apply" }, says: ["permit-apply-only", "not an export"] },
    {
      what: "that allows an image only",
      permit: { work: "image" },
      says: ["permit-image-only", "needs an export"],
    },
  ];

  it.each(rows)("refuses a permit $what", async ({ permit, change = (text) => text, after, signing = key, says }) => {
    await commitApproval(change(signApproval(await permitFor(permit), signing.signing).toString("utf8")));
    if (after) {
      await after();
      await chain.commit("After the permit");
    }
    await expectRefused(chain, ["seed", "hr"], { code: 2, says });
  });

  it("has connected to nobody until here", async () => {
    const { ssh, logons, registry } = await chain.world.counts();
    expect([ssh.connections, logons.ok, registry.manifests.length]).toEqual([0, 0, 1]);
  });

  it("uses a permit once: it stands in the lock and on the image, and a second seed is refused", async () => {
    const approval = signApproval(await permitFor(), key.signing).toString("utf8");
    await commitApproval(approval);
    const seeded = await chain.seedbed(["seed", "hr"]);
    expect(seeded.code, seeded.stderr).toBe(0);
    const digest = sha256(approval);
    expect(await chain.lock()).toMatchObject({ approval: digest, generation: 1, last_attempt: { approval: digest } });
    expect(chain.world.registry.store.tags("dev/hr")).toContain(`permit-${digest.slice("sha256:".length)}`);
    await chain.commit("Seed hr");
    await expectRefused(chain, ["seed", "hr"], { code: 2, says: ["permit-spent", "The permit was already used"] });
    const verified = await chain.seedbed(["verify", "--repository-id", examplePermit.repository.id]);
    expect(verified.stdout).toContain("all valid");
    expect(verified.code).toBe(0);
  });
});
