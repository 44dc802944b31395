import { stringify } from "yaml";
import { expect, it } from "vitest";
import { KEY_TABLE } from "../../src/digests/key-table.ts";
import { seedOf } from "../../src/digests/seed.ts";
import { diffManifests } from "../../src/manifests/diff-manifests.ts";
import { renderDatabase } from "../../src/use-cases/render.ts";
import { hr } from "../manifests/example-input.ts";
import { lockOf } from "../plan/example-states.ts";
import { exampleSettings, soundRequest } from "../request/read-example.ts";
import { CHANGES, FULL, FULL_FILES, INLINE, offerEverything } from "./every-key.ts";

const SETTINGS = exampleSettings((settings) => {
  settings.policy.inline_sources = true;
  offerEverything(settings);
  for (const source of Object.values(settings.sources)) source.schemas = ["HR", "OE", "PAY"];
});

function parse(request: unknown) {
  const files = { database: "hr", files: { ...FULL_FILES, "database_config.yaml": stringify(request) } };
  return { database: "hr", request: soundRequest(files, SETTINGS), files, settings: SETTINGS };
}

/** Whether the pod is another one once both were rendered with one lock: what is exported or imported comes by the lock. */
function restarts([before, after]: [unknown, unknown]): boolean {
  const [a, b] = [parse(before), parse(after)];
  const lock = { ...lockOf(seedOf(a.request, SETTINGS, a.files)), image: hr.lock.image! };
  const changes = diffManifests(renderDatabase({ ...a, lock }), renderDatabase({ ...b, lock }));
  return changes.some(({ restart }) => restart);
}

// A new base comes as a new image, by the lock.
const applied = Object.keys(KEY_TABLE).filter((key) => key !== "database.base");

it.each(applied)("a change of %s makes another pod exactly where the table of keys says so", (key) => {
  const pairs = CHANGES[key]!(structuredClone(key in INLINE ? INLINE[key]! : FULL));
  expect(pairs.some(restarts)).toBe(KEY_TABLE[key]!.restart === true);
});
