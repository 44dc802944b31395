import type { Wanted } from "../cluster/observation.ts";
import type { KubernetesObject } from "../manifests/manifest-input.ts";
import type { Settings } from "../settings/settings.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";

/** One database as it is committed, to be deployed. */
export interface DeployTask {
  database: string;
  /** Its manifests, fleet.yaml among them. */
  files: RenderedFile[];
  objects: KubernetesObject[];
  wanted: Wanted;
  /** Name of its cluster in the settings. */
  cluster: string;
  registries: Settings["registries"];
  /** Name of its project in Rancher. */
  project: string;
}
