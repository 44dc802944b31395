import { digestOfJson } from "../crypto/digest.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { renderApplyConfig } from "./apply-config.ts";
import { renderSeedConfig, type SeedConfigInput } from "./seed-config.ts";

/** The configuration without ConfigMaps, as on a laptop: no users, no parameters, no backups. */
const LAPTOP = { storage: { size: "0", keep_dump: true }, parameters: {}, users: [], on_failure: "exit" } as const;

/** Files below `/opt/seedbed/default`: with them a seed image also runs without any ConfigMap. */
export function renderDefaultConfig(input: SeedConfigInput): RenderedFile[] {
  const target = { ...LAPTOP, users: [] };
  const apply = renderApplyConfig({ applyInputs: digestOfJson(target), target, postImport: [] });
  return [...below("seed", renderSeedConfig(input)), ...below("apply", apply)];
}

function below(folder: string, files: RenderedFile[]): RenderedFile[] {
  return files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
}
