import { parse } from "yaml";
import type { KubernetesObject } from "../manifests/manifest-input.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";

interface FleetYaml {
  name: string;
  labels: Record<string, string>;
  overrideTargets: { clusterName: string }[];
  [option: string]: unknown;
}

/**
 * The Bundle that Fleet's own command line makes of a folder (rancher/fleet v0.16.1, internal/bundlereader/read.go; observed):
 * fleet.yaml becomes name, labels and options; `overrideTargets` becomes targets and their restriction; every other file is a resource
 * by its path below the folder, sorted.
 */
export function bundleOf(files: readonly RenderedFile[], namespace: string): KubernetesObject {
  const isFleet = ({ path }: RenderedFile) => path.endsWith("/fleet.yaml");
  const about = parse(files.find(isFleet)!.text, { version: "1.1" }) as FleetYaml;
  const { name, labels, overrideTargets, ...options } = about;
  const resources = files
    .filter((file) => !isFleet(file))
    .map(({ path, text }) => ({ name: path.split("/manifests/")[1]!, content: text }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const targets = overrideTargets.map(({ clusterName }) => ({ clusterName }));
  return {
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "Bundle",
    metadata: { name, namespace, labels },
    spec: { ...options, resources, targets, targetRestrictions: targets },
  };
}
