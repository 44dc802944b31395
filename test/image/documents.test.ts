import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import * as schemas from "../../src/image/document-schemas.ts";
import { choosePlatform, parseImageConfig, parseImageManifest } from "../../src/image/oci-document.ts";
import { CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE } from "../../src/image/oci-types.ts";

const DIGEST = `sha256:${"a".repeat(64)}` as const;
const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
const layer = { mediaType: LAYER_TYPE, digest: DIGEST, size: 10 };
const MANIFEST = { schemaVersion: 2, config: { ...layer, mediaType: CONFIG_TYPE }, layers: [layer], later: true };
const CONFIG = { os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: [DIGEST] }, later: [1] };

function stored(document: unknown, mediaType = MANIFEST_TYPE) {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return { digest: DIGEST, mediaType, bytes: Buffer.from(text) };
}

describe("documents that a registry sends", () => {
  it.each(Object.entries(schemas))("are compared with a schema by JSON Schema 2020-12: %s", (_name, schema) => {
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
  });

  it("are taken with keys that nobody here knows, and with null where others write it", () => {
    expect(parseImageManifest(stored(MANIFEST), "x").layers).toEqual([layer]);
    const nulls = { ...MANIFEST, annotations: null, layers: [{ ...layer, annotations: null }] };
    expect(parseImageManifest(stored(nulls), "x")).toEqual({ config: MANIFEST.config, layers: [layer] });
    const config = { ...CONFIG, history: null, config: { Entrypoint: null, Cmd: null, Labels: null, Volumes: null } };
    expect(parseImageConfig(Buffer.from(JSON.stringify(config)), "x")).toEqual(config);
    expect(
      choosePlatform(stored({ manifests: [{ digest: DIGEST, platform: null }, { digest: "b" }] }, INDEX_TYPE), "", "x"),
    ).toBe(DIGEST);
  });

  it.each([
    ["no JSON", "{", "it is not JSON"],
    ["null", null, "the top must be object"],
    ["no layers", { config: layer }, "the top must have required property 'layers'"],
    ["layers that are none", { ...MANIFEST, layers: [7] }, "/layers/0 must be object"],
    ["a digest that is none", { ...MANIFEST, layers: [{ ...layer, digest: "../x" }] }, "/layers/0/digest must match"],
    ["a size that is none", { ...MANIFEST, layers: [{ ...layer, size: -1 }] }, "/layers/0/size must be >= 0"],
    ["annotations that are none", { ...MANIFEST, annotations: { a: 1 } }, "/annotations/a must be string"],
  ])("are refused as a manifest with a reason: %s", (_name, document, why) => {
    const parse = () => parseImageManifest(stored(document), "registry.example/x@y");
    expect(parse).toThrow(`A document of registry.example/x@y cannot be read: ${why}`);
    expect(parse).toThrow(expect.objectContaining({ code: "image-document-invalid" }) as Error);
  });

  it.each([
    ["null", null],
    ["no layers", { os: "linux", architecture: "amd64" }],
    ["layers that are no texts", { ...CONFIG, rootfs: { type: "layers", diff_ids: [1] } }],
    ["an entrypoint that is no list", { ...CONFIG, config: { Entrypoint: "sh" } }],
    ["a history of texts", { ...CONFIG, history: ["x"] }],
  ])("are refused as a configuration: %s", (_name, document) => {
    expect(() => parseImageConfig(Buffer.from(JSON.stringify(document)), "x")).toThrow(
      "A document of x cannot be read",
    );
  });

  it.each([[null], [{ manifests: {} }], [{ manifests: [null] }], [{ manifests: [{ platform: {} }] }]])(
    "are refused as an index: %j",
    (document) => {
      expect(() => choosePlatform(stored(document, INDEX_TYPE), "linux/amd64", "x")).toThrow("cannot be read");
    },
  );
});
