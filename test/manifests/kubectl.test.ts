import { readFileSync } from "node:fs";
import { execaSync } from "execa";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject, ManifestInput } from "../../src/manifests/manifest-input.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import { needs } from "../need.ts";
import { hr, reports } from "./example-input.ts";

/** What kubectl's own reader makes of a text: the Go library that Helm and Fleet read manifests with. No cluster is asked. */
function readWithKubectl(text: string): KubernetesObject[] {
  const mark = "seen.example/by";
  const { stdout } = execaSync("kubectl", ["annotate", "--local", "--filename=-", "--output=json", `${mark}=kubectl`], {
    input: text,
    env: { KUBECONFIG: "/dev/null" },
  });
  const objects = stdout.split(/^(?=\{)/m).map((json) => JSON.parse(json) as KubernetesObject);
  for (const { metadata } of objects) {
    const { [mark]: seen, ...annotations } = metadata.annotations ?? {};
    expect(seen).toBe("kubectl");
    metadata.annotations = annotations;
    if (Object.keys(annotations).length === 0) delete metadata.annotations;
  }
  return objects;
}

function readHere(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

function databaseFile(input: ManifestInput): string {
  return renderManifests(input).find((file) => file.path.endsWith("40-database.yaml"))?.text ?? "";
}

describe.skipIf(!needs("kubectl"))("kubectl", () => {
  test.each([hr, reports])("reads every object of $database as it was meant", (input) => {
    for (const { path } of renderManifests(input).filter((file) => !file.path.endsWith("fleet.yaml"))) {
      const text = readFileSync(new URL(`golden/${path}`, import.meta.url), "utf8");
      expect(readWithKubectl(text)).toEqual(readHere(text));
    }
  });

  test("reads every script byte for byte", () => {
    const piece = fc.constantFrom(
      " ",
      "\n",
      "\t",
      "\r\n",
      "#",
      "y",
      ":",
      "-",
      "---\n",
      "{{ .x }}",
      "\u0085",
      "\u2028",
      "\ufeff",
      "\u0007",
      "ä",
      "😀",
    );
    const scripts = fc.array(
      fc.array(piece, { maxLength: 10 }).map((parts) => parts.join("")),
      { minLength: 40, maxLength: 40 },
    );
    fc.assert(
      fc.property(scripts, (texts) => {
        const applyConfig = texts.map((text, at) => ({ path: `sql/${at}.sql`, text }));
        const read = readWithKubectl(databaseFile({ ...hr, applyConfig })).find(
          (object) => object.metadata.name === "apply",
        );
        expect(read?.["data"]).toEqual(Object.fromEntries(texts.map((text, at) => [`sql.${at}.sql`, text])));
      }),
      { numRuns: 25 },
    );
  });
});
