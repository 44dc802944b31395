import { generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseApproval } from "../../src/permit/parse-approval.ts";
import { approvalDigest, type Permit } from "../../src/permit/permit.ts";
import { renderPermit } from "../../src/permit/render-permit.ts";
import { NO_TIMES } from "../document/no-times.ts";
import { examplePermit, makeKey, permitsOfEveryCause, signed } from "./example-permit.ts";

const key = makeKey("k1");
const keys = [key.settings];
const bytes = signed(examplePermit, key);

function refusalOf(changed: Uint8Array | string, known = keys): string {
  const parsed = parseApproval(typeof changed === "string" ? Buffer.from(changed) : changed, known);
  return parsed.ok ? "accepted" : parsed.fault.code;
}

/** A signature that holds over any text, as only a stolen key or an older bot could make. */
function signedText(text: string): string {
  const signature = sign(null, Buffer.from(`seedbed-approval-v1\n${text}`), key.signing.privateKey);
  return `${text}signature: k1 ${signature.toString("base64")}\n`;
}

describe("a signed approval", () => {
  test("gives back the permit that was signed, of every cause", () => {
    for (const permit of permitsOfEveryCause())
      expect(parseApproval(signed(permit, key), keys)).toEqual({ ok: true, permit, key: "k1" });
  });

  test("has the shape of the contract", () => {
    const lines = bytes.toString().split("\n");
    expect(lines.slice(0, 12)).toEqual([
      "version: 1",
      'repository: { id: "812345678", name: acme/databases }',
      "database: hr",
      "source: hr-prod",
      "request:",
      `  database_config.yaml: ${examplePermit.request["database_config.yaml"]}`,
      `  scripts/mask.sql: ${examplePermit.request["scripts/mask.sql"]}`,
      "work: export",
      "generation: 5",
      "cause: review",
      expect.stringMatching(
        /^evidence: \{ pull: "214", head: "?3f1c9a20+"?, merge: .*, check: "5001", reviews: \[ \{ id: "901"/,
      ),
      'signed_at: "2026-11-22T14:05:11Z"',
    ]);
    expect(lines.slice(-3)).toEqual([
      'expires_at: "2026-12-06T14:05:11Z"',
      expect.stringMatching(/^signature: k1 [A-Za-z0-9+/]{86}==$/),
      "",
    ]);
  });

  test("is the same bytes each time, so that signing again changes nothing", () => {
    expect(signed(structuredClone(examplePermit), key)).toEqual(bytes);
  });

  test("is known by the digest of its bytes", () => {
    expect(approvalDigest(bytes)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(approvalDigest(bytes)).not.toBe(approvalDigest(bytes.subarray(1)));
  });

  test("holds under the key that it names, among several", () => {
    const other = makeKey("k2");
    expect(refusalOf(signed(examplePermit, other), [key.settings, other.settings])).toBe("accepted");
  });
});

describe("a changed approval", () => {
  test("is refused whichever bit of whichever byte was flipped", () => {
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      expect(refusalOf(flipped), `byte ${at}`).not.toBe("accepted");
    }
  });

  test("is refused whatever was inserted, removed or replaced", () => {
    const change = fc.record({ at: fc.nat(bytes.length), drop: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
    fc.assert(
      fc.property(change, ({ at, drop, insert }) => {
        const changed = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);
        fc.pre(!changed.equals(bytes));
        expect(refusalOf(changed)).not.toBe("accepted");
      }),
      { numRuns: 2000 },
    );
  });

  const text = bytes.toString();
  test.each([
    ["CRLF everywhere", text.replaceAll("\n", "\r\n"), "approval-line-ends"],
    ["CRLF at the last line", text.replace(/\n$/, "\r\n"), "approval-line-ends"],
    ["no last line end", text.slice(0, -1), "approval-unsigned"],
    ["an empty line at the end", `${text}\n`, "approval-unsigned"],
    ["a line after the signature", `${text}reset: 1\n`, "approval-unsigned"],
    ["a line before the signature", text.replace("signature:", "reset: 1\nsignature:"), "approval-signature-wrong"],
    ["the signature line twice", text + text.slice(text.lastIndexOf("signature:")), "approval-signature-wrong"],
    ["a comment behind the signature", text.replace(/==\n$/, "== # x\n"), "approval-unsigned"],
    ["two blanks before the key", text.replace("signature: ", "signature:  "), "approval-unsigned"],
    ["no signature", text.slice(0, text.lastIndexOf("signature:")), "approval-unsigned"],
    ["a byte order mark", `\ufeff${text}`, "approval-signature-wrong"],
    ["nothing", "", "approval-unsigned"],
    ["another generation", text.replace("generation: 5", "generation: 6"), "approval-signature-wrong"],
    ["a key that the settings do not know", text.replace("signature: k1", "signature: k2"), "approval-unknown-key"],
    ["an upper-case key", text.replace("signature: k1", "signature: K1"), "approval-unsigned"],
  ])("with %s is refused by name", (_, changed, code) => {
    expect(refusalOf(changed)).toBe(code);
  });

  test("with another spelling of the same signature is refused", () => {
    // The last two of 88 characters are padding; the four low bits of the one before them are not part of the bytes.
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const last = text.at(-4) ?? "";
    const spelled = alphabet[alphabet.indexOf(last) + 1] ?? "";
    const changed = `${text.slice(0, -4)}${spelled}==\n`;
    expect(Buffer.from(changed.slice(-89, -1), "base64")).toEqual(Buffer.from(text.slice(-89, -1), "base64"));
    expect(refusalOf(changed)).toBe("approval-signature-encoding");
  });

  test("that is not UTF-8 is refused", () => {
    expect(refusalOf(Buffer.concat([Buffer.from([0xff]), bytes]))).toBe("approval-not-text");
  });
});

describe("the keys of the settings", () => {
  test("that no longer have the key close the permit", () => {
    expect(refusalOf(bytes, [])).toBe("approval-unknown-key");
    expect(refusalOf(bytes, [makeKey("k2").settings])).toBe("approval-unknown-key");
  });

  test("that have another key under its id close the permit", () => {
    expect(refusalOf(bytes, [makeKey("k1").settings])).toBe("approval-signature-wrong");
  });

  test("that have the id twice are refused, so that nobody can add a second half", () => {
    expect(refusalOf(bytes, [makeKey("k1").settings, key.settings])).toBe("approval-unknown-key");
  });

  test.each([
    ["text", "not a key"],
    ["nothing", ""],
    ["an RSA key", rsaKey()],
  ])("that have %s for a key are refused", (_, publicKey) => {
    expect(refusalOf(bytes, [{ id: "k1", public_key: publicKey }])).toBe("approval-key-unusable");
  });
});

describe("a permit with a valid signature", () => {
  const text = renderPermit(examplePermit);
  test.each([
    ["an unknown key", `${text}extra: 1\n`, 'unknown key "extra"'],
    ["no expiry for an export", text.replace(/expires_at: .*\n/, ""), "must have required property 'expires_at'"],
    ["an expiry for applying", text.replace("work: export", "work: apply"), "expires_at"],
    [
      "evidence of another cause",
      text.replace("cause: review", "cause: rebuild"),
      'unknown key "evidence.pull"|settings_pull',
    ],
    ["no review", text.replace(/reviews: \[.*\] \}/, "reviews: [] }"), "must NOT have fewer than 1 items"],
    ["a request without its main file", text.replace("database_config.yaml:", "other.yaml:"), "database_config.yaml"],
    ["a path out of the request", text.replace("scripts/mask.sql:", "../mask.sql:"), "property name"],
    ["a number for the repository", text.replace('"812345678"', "812345678"), "repository.id: must be string"],
    ["a key twice", `${text}work: apply\n`, "Map keys must be unique"],
    ["version 2", text.replace("version: 1", "version: 2"), "version: must be 1"],
  ])("and %s is still refused", (_, changed, said) => {
    const parsed = parseApproval(Buffer.from(signedText(changed)), keys);
    expect(parsed).toMatchObject({ ok: false, fault: { code: "approval-malformed" } });
    expect(parsed.ok ? "" : parsed.fault.what).toMatch(new RegExp(said));
  });
});

test.each(Object.entries(NO_TIMES))("a permit is neither signed nor read with %s for a time", (_, time) => {
  for (const permit of permitsOfEveryCause()) {
    const changed = JSON.parse(
      JSON.stringify(permit, (key, value: unknown) =>
        ["at", "due", "signed_at", "expires_at"].includes(key) ? time : value,
      ),
    ) as Permit;
    expect(() => signed(changed, key)).toThrow(/signed_at: must be a time in UTC that exists/);
    const places = [...renderPermit(changed).matchAll(/\b(?:at|due|signed_at|expires_at): /g)].length;
    const parsed = parseApproval(Buffer.from(signedText(renderPermit(changed))), keys);
    expect(parsed.ok ? "" : parsed.fault.what.split("must be a time in UTC")).toHaveLength(places + 1);
  }
});

describe("signing", () => {
  test("refuses a permit that could not be read back", () => {
    const broken = { ...examplePermit, generation: 0 } as Permit;
    expect(() => signed(broken, key)).toThrow(/generation: must be >= 1/);
    const evidence = { ...examplePermit.evidence, note: "x" };
    const odd = { ...examplePermit, evidence } as Permit;
    expect(() => signed(odd, key)).toThrow(/unknown key "note"/);
  });

  test("refuses a key that could not be found again", () => {
    expect(() => signed(examplePermit, { ...key, signing: { ...key.signing, id: "K 1" } })).toThrow(/id of 1 to 16/);
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    expect(() => signed(examplePermit, { ...key, signing: { id: "k1", privateKey: rsa } })).toThrow(
      /not an Ed25519 key/,
    );
  });
});

function rsaKey(): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return publicKey.export({ format: "der", type: "spki" }).toString("base64");
}
