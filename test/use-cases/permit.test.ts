import { describe, expect, it } from "vitest";
import type { Permit } from "../../src/permit/permit.ts";
import { requireWork } from "../../src/use-cases/require-permit.ts";
import { examplePermit } from "../permit/example-permit.ts";

describe("requireWork", () => {
  const authority = (work: Permit["work"] | null) => ({
    approval: null,
    generation: 1,
    permit: work === null ? null : ({ ...examplePermit, work } as Permit),
  });

  it("lets a permit for an image make an image only", () => {
    expect(() => requireWork(authority("image"), "image")).not.toThrow();
    expect(() => requireWork(authority("image"), "export")).toThrow("needs an export");
    expect(() => requireWork(authority("export"), "export")).not.toThrow();
    expect(() => requireWork(authority(null), "export")).not.toThrow();
  });
});
