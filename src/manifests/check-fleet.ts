import { isMap, isScalar, parseDocument, visit } from "yaml";
import type { Problem } from "../problem/problem.ts";
import { lazyValidator } from "../document/own-schema.ts";
import { describeSchemaErrors } from "../document/read-generated.ts";
import { type ManifestDocument, manifestProblem } from "./manifest-documents.ts";
import { bundleName, releaseNamespace } from "./names.ts";
import type { RenderedFile } from "./rendered-file.ts";

const name = { type: "string", maxLength: 53, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" };
const label = { type: "string", maxLength: 63, pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$" };

/**
 * What a rendered fleet.yaml may contain. Fleet silently drops unknown keys and accepts names that its agents later
 * uninstall (Fleet 0.16.1; rancher/fleet#5261, rancher/fleet#5399), so nothing else is allowed: no `force`, no
 * `takeOwnership`, no `namespace`, on whose absence the bundle relies.
 */
const fleetSchema = {
  type: "object",
  additionalProperties: false,
  required: ["name", "labels", "defaultNamespace", "helm", "correctDrift", "overrideTargets"],
  properties: {
    name,
    labels: { type: "object", propertyNames: { pattern: "^seedbed\\.dev/[a-z-]{1,63}$" }, additionalProperties: label },
    defaultNamespace: { const: releaseNamespace },
    helm: { type: "object", additionalProperties: false, required: ["releaseName"], properties: { releaseName: name } },
    correctDrift: {
      type: "object",
      additionalProperties: false,
      required: ["enabled", "force"],
      properties: { enabled: { type: "boolean" }, force: { const: false } },
    },
    overrideTargets: {
      type: "array",
      minItems: 1,
      maxItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["clusterName"],
        properties: { clusterName: { type: "string", minLength: 1, maxLength: 63 } },
      },
    },
  },
};

const validator = lazyValidator<{ name: string; helm: { releaseName: string } }>(fleetSchema, { allErrors: true });

/** Problems of the fleet.yaml of one folder; `database` is the name in the folder's path. */
export function checkFleet(file: RenderedFile, documents: readonly ManifestDocument[], database: string): Problem[] {
  const place = { path: file.path, line: 1 };
  const [document, more] = documents;
  if (document === undefined || more !== undefined)
    return [manifestProblem("fleet", place, `must be exactly one YAML document, but has ${documents.length}`)];
  const value = document.value;
  const validate = validator();
  if (!validate(value))
    return describeSchemaErrors(validate.errors ?? []).map((finding) =>
      manifestProblem("fleet", place, `has an error at ${finding.where}: ${finding.what}`),
    );
  const wanted = bundleName(database);
  const wrong = [value.name, value.helm.releaseName].filter((given) => given !== wanted);
  return [
    ...wrong.map((given) =>
      manifestProblem("fleet", place, `names the bundle or its release ${given} instead of ${wanted}`),
    ),
    ...findUnquoted(file),
  ];
}

function findUnquoted(file: RenderedFile): Problem[] {
  const problems: Problem[] = [];
  visit(parseDocument(file.text), {
    Scalar(key, node, path) {
      if (key === "key" && isMap(path.at(-2))) return;
      if (!isScalar(node) || typeof node.value !== "string" || node.type === "QUOTE_DOUBLE") return;
      const line = file.text.slice(0, node.range?.[0] ?? 0).split("\n").length;
      problems.push(
        manifestProblem("unquoted", { path: file.path, line }, `has the string ${node.value} without quotes`),
      );
    },
  });
  return problems;
}
