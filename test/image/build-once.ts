import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { publishSeedImage } from "../../src/image/seed-image.ts";
import type { WorldRegistry } from "../world/registry/registry.ts";
import { connect } from "./fixture.ts";
import { dumpSource } from "./dump-sources.ts";
import { buildFrom, targetOf } from "./ingredients.ts";

const { signal } = new AbortController();

// A program of its own, so that a test can run it where Node refuses every write: host, base digest → image digest.
const [host, base] = process.argv.slice(2) as [string, string];
const seeds = connect({ host } as WorldRegistry);
const target = await targetOf(seeds, base);
const image = await buildFrom([dumpSource("a.dmp", randomBytes(3_000_000)), dumpSource("b.dmp")], target);
await publishSeedImage(image, [], { seeds, signal });
await seeds.close();
try {
  writeFileSync("/tmp/seed-image-probe", "");
  process.stdout.write("a write was allowed: the permission model is off\n");
} catch {
  process.stdout.write(image.digest);
}
