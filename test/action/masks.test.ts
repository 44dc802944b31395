import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionBench } from "../../src/action/action-ports.ts";
import type { StepOutput } from "../../src/ports/step-output.ts";
import { maskSecrets } from "../../src/action/mask-secrets.ts";
import { hideSecrets, maskForms } from "../../src/action/masks.ts";
import type { Credentials } from "../../src/credentials/credentials.ts";

function hide(secret: string, text: string): string {
  return maskForms(secret).reduce((clean, form) => clean.replaceAll(form, "***"), text);
}

describe("masks", () => {
  test("each line of a key is masked, its frame is not", () => {
    const key =
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\nAAAAC2FlczI1Ni1jdHI=\n-----END OPENSSH PRIVATE KEY-----\n";
    const forms = maskForms(key);
    expect(forms).toContain("b3BlbnNzaC1rZXktdjEA");
    expect(forms).toContain("AAAAC2FlczI1Ni1jdHI=");
    expect(forms).not.toContain("-----BEGIN OPENSSH PRIVATE KEY-----");
  });

  test("a secret is found in base64 wherever it stands in what was encoded", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 40 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(secret.trim() === secret);
        const encoded = Buffer.from(before + secret + after).toString("base64");
        const clean = hide(secret, encoded);
        expect(clean).toContain("***");
        expect(Buffer.from(clean.replaceAll("*", ""), "base64").toString()).not.toContain(secret);
      }),
    );
  });

  test("a secret is found in JSON and in an address", () => {
    const secret = 'p"ss w/rd%9\\x';
    expect(hide(secret, JSON.stringify({ secret }))).toBe('{"secret":"***"}');
    expect(hide(secret, `?p=${encodeURIComponent(secret)}`)).toBe("?p=***");
  });

  test("what leaves a step beside the log holds no secret", async () => {
    const told: string[] = [];
    const output: StepOutput = {
      mask: () => undefined,
      set: (_name, value) => void told.push(value),
      save: (_name, value) => void told.push(value),
      summarize: async (markdown) => void told.push(markdown),
      fail: (text, title) => void told.push(text, title),
      keepResult: async (text) => {
        told.push(text);
        return "";
      },
    };
    const hidden = hideSecrets(output, ["a-real-secret", "a-real-secret-2"].flatMap(maskForms));
    hidden.set("a", "is a-real-secret, a-real-secret-2");
    hidden.save("b", "a-real-secret");
    hidden.fail("a-real-secret!", "a-real-secret");
    await hidden.summarize("## a-real-secret");
    await hidden.keepResult('{"text":"a-real-secret"}');
    expect(told).toEqual(["is ***, ***", "***", "***!", "***", "## ***", '{"text":"***"}']);
    // As the secret of a login that is found later.
    hidden.mask("a-real-secret-2-and-more");
    hidden.set("a", "a-real-secret-2-and-more");
    expect(told.at(-1)).toBe("***");
  });

  test("a secret that a connection finds is masked in every form, and hidden, before it is used", () => {
    const seen: string[] = [];
    const bench = {
      environment: {},
      output: {
        mask: (secret: string) => void seen.push(secret),
        set: (_: string, value: string) => void seen.push(value),
      },
      connect: (_: unknown, onSecret?: (secret: string) => void) => {
        onSecret?.("ada:found-secret");
        return {};
      },
    } as unknown as ActionBench;
    const careful = maskSecrets(bench);
    careful.connect({} as Credentials);
    expect(seen).toContain("ada:found-secret");
    expect(seen).toContain(Buffer.from("ada:found-secret").toString("base64"));
    careful.output.set("x", `Basic ${Buffer.from("ada:found-secret").toString("base64")}`);
    expect(seen.at(-1)).toBe("Basic ***");
  });
});
