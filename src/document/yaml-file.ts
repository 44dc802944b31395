import type { PlaceAt } from "./place.ts";

/** What to read: `docs` is the page and anchor of the rules for YAML. */
export interface YamlFile {
  path: string;
  text: string;
  docs: string;
}

/** One in which places can be found. */
export interface OpenYamlFile extends YamlFile {
  placeAt: PlaceAt;
}
