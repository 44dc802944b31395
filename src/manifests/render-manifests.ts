import { folderOf } from "../layout/database-folder.ts";
import { renderYaml } from "../document/render-yaml.ts";
import { renderAccess } from "./access.ts";
import { renderDatabase } from "./database.ts";
import { renderFleet } from "./fleet.ts";
import type { KubernetesObject, ManifestInput } from "./manifest-input.ts";
import { renderNamespace } from "./namespace.ts";
import type { RenderedFile } from "./rendered-file.ts";
import { renderServices } from "./service.ts";
import { renderStorage } from "./storage.ts";

const header =
  "# Generated, do not edit: change ../database_config.yaml. What this was generated from stands in fleet.yaml.\n";

/**
 * The Fleet bundle of one database, below `environments/<db>/manifests/`. Pure: the same input gives the same bytes, with
 * without times, random values or machine names.
 */
export function renderManifests(input: ManifestInput): RenderedFile[] {
  const folder = folderOf(input.database).manifests;
  const file = (name: string, objects: KubernetesObject[]): RenderedFile => ({
    path: `${folder}/${name}`,
    text: header + objects.map((object) => renderYaml(object)).join("---\n"),
  });
  return [
    { path: `${folder}/fleet.yaml`, text: renderFleet(input) },
    file("10-namespace.yaml", renderNamespace(input)),
    file("20-access.yaml", renderAccess(input)),
    file("30-storage.yaml", renderStorage(input)),
    file("40-database.yaml", renderDatabase(input)),
    file("50-service.yaml", renderServices(input)),
  ];
}
