// What a registry sends is somebody else's: unknown keys are let through, the keys that are read must be what they are read as.

const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const optionalMap = (values: object) => ({ type: ["object", "null"], additionalProperties: values });
const list = (items: object) => ({ type: "array", items });

/** An object with at least these keys; those in `optional` may be absent. */
function openObject(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: "object", required, properties };
}

const digest = { type: "string", pattern: "^sha256:[0-9a-f]{64}$" };
const descriptor = openObject({ mediaType: text, digest, size: count, annotations: optionalMap(text) }, [
  "annotations",
]);

/** An image manifest, OCI or Docker schema 2. */
export const manifestSchema = openObject(
  { config: descriptor, layers: list(descriptor), annotations: optionalMap(text) },
  ["annotations"],
);

const platform = {
  type: ["object", "null"],
  properties: { os: text, architecture: text, variant: text },
};

/** An index of images for several platforms. */
export const indexSchema = openObject({ manifests: list(openObject({ digest: text, platform }, ["platform"])) }, [
  "manifests",
]);

const textsOrNull = { type: ["array", "null"], items: text };
const runConfig = {
  type: ["object", "null"],
  properties: {
    Entrypoint: textsOrNull,
    Cmd: textsOrNull,
    Labels: optionalMap(text),
    Volumes: { type: ["object", "null"] },
  },
};

/** An image configuration. */
export const configSchema = openObject(
  {
    os: text,
    architecture: text,
    variant: text,
    config: runConfig,
    rootfs: openObject({ type: text, diff_ids: list(text) }),
    history: { type: ["array", "null"], items: openObject({ empty_layer: { type: "boolean" } }, ["empty_layer"]) },
  },
  ["variant", "config", "history"],
);

/** `dumpset.json` of the facts layer. */
export const dumpSetSchema = openObject({
  version: { const: 1 },
  database: text,
  source: openObject({
    name: text,
    service: text,
    dbid: text,
    version: text,
    charset: text,
    nationalCharset: text,
    timeZoneFile: { type: "number" },
  }),
  seedInputs: digest,
  scn: text,
  exportedAt: text,
  schemas: list(text),
  jobs: list(
    openObject({
      name: text,
      mode: { enum: ["SCHEMA", "TABLE"] },
      allowedErrors: list(openObject({ code: text, count })),
    }),
  ),
  files: list(openObject({ name: text, bytes: count, sha256: { type: "string", pattern: "^[0-9a-f]{64}$" } })),
  tables: count,
  rows: count,
  invalidObjects: list(text),
});
