/** What to read: `docs` is the page and anchor of the rules for YAML. */
export interface YamlFile {
  path: string;
  text: string;
  docs: string;
}
