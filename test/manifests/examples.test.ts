import { describe, expect, test } from "vitest";
import { importKey } from "../../src/container/import-key.ts";
import { renderApplyConfig } from "../../src/container/apply-config.ts";
import { renderSeedConfig } from "../../src/container/seed-config.ts";
import { digestApplyInputs } from "../../src/digests/apply-inputs.ts";
import { digestRequestFiles } from "../../src/digests/request-files.ts";
import { digestImportInputs, digestSeedInputs, readScripts, seedOf } from "../../src/digests/seed.ts";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import type { Lock } from "../../src/lock/lock.ts";
import { checkManifests } from "../../src/manifests/check-manifests.ts";
import type { ManifestInput } from "../../src/manifests/manifest-input.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { digestOf, exampleLock } from "../lock/example-lock.ts";
import { changeExample, exampleSettings, readExample, soundRequest } from "../request/read-example.ts";

/** The examples as bot and command line would render them, with the container's own renderer. */
function inputOf(database: string, isSeeded: boolean, files = readExample(database)): ManifestInput {
  const settings = exampleSettings();
  const request = soundRequest(files, settings);
  const seed = seedOf(request, settings, files);
  const digests = {
    seed_inputs: digestSeedInputs(seed),
    import_inputs: digestImportInputs(seed),
    runtime: digestOf("3"),
  };
  const lock: Lock = isSeeded ? { ...exampleLock, database, digests, seed } : emptyLock(database);
  const dumpSet = digestOf("4");
  const key = importKey({ dumpSet, importInputs: digests.import_inputs, reset: 0 });
  return {
    database,
    request,
    lock,
    settings,
    wantedSeed: seed,
    requestDigest: digestRequestFiles(files),
    rendererVersion: "0.1.0",
    seedConfig: isSeeded ? renderSeedConfig({ database, importKey: key, dumpSet, seed }) : [],
    applyConfig: renderApplyConfig({
      applyInputs: digestApplyInputs(request, files),
      target: request.database,
      postImport: readScripts(files, request.database.scripts.post_import),
    }),
  };
}

function templateOf(files: RenderedFile[]): string {
  const text = files.find((file) => file.path.endsWith("40-database.yaml"))?.text ?? "";
  return text.slice(text.indexOf("\n  template:"), text.indexOf("kind: PodDisruptionBudget"));
}

describe.each(["hr", "orders"])("the example %s", (database) => {
  test.each([false, true])("renders a tree without a problem, seeded: %s", (isSeeded) => {
    expect(checkManifests(renderManifests(inputOf(database, isSeeded)))).toEqual([]);
  });
});

describe("a pod of the example hr", () => {
  const before = templateOf(renderManifests(inputOf("hr", true)));

  test.each([
    ["a parameter goes", "  parameters:\n    open_cursors: 500\n", ""],
    ["a parameter comes", "    open_cursors: 500\n", "    open_cursors: 500\n    optimizer_mode: ALL_ROWS\n"],
    ["a role goes", "      roles: [CONNECT]\n", ""],
    ["backups go", '  backups:\n    schedule: "0 2 * * *"\n    keep: 3\n', ""],
    ["clients change", '["hr-*"]', "[batch]"],
    ["the volume grows", "size: 20Gi", "size: 80Gi"],
    ["the owner changes", "owner: ada", "owner: lin"],
  ])("stays as it is when %s", (...row) => {
    const [, from, to] = row;
    const after = renderManifests(inputOf("hr", true, changeExample("hr", from, to)));
    expect(templateOf(after)).toBe(before);
    expect(after).not.toEqual(renderManifests(inputOf("hr", true)));
  });

  test.each([
    ["memory changes", "memory: 4Gi", "memory: 8Gi"],
    ["a password comes from another Secret", "name: hr-app", "name: hr-other"],
  ])("starts again when %s", (...row) => {
    const [, from, to] = row;
    expect(templateOf(renderManifests(inputOf("hr", true, changeExample("hr", from, to))))).not.toBe(before);
  });
});
