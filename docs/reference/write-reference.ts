import { readFileSync, writeFileSync } from "node:fs";
import { REQUEST_BOOK } from "../../src/request/parse-request.ts";
import { SETTINGS_BOOK } from "../../src/settings/parse-settings.ts";
import { listSources } from "./list-sources.ts";
import { renderErrorPage } from "./render-errors.ts";
import { renderReference } from "./render-reference.ts";

const PAGES = { "database_config.md": REQUEST_BOOK, "settings.md": SETTINGS_BOOK };

for (const [name, book] of Object.entries(PAGES)) {
  const file = new URL(name, import.meta.url);
  writeFileSync(file, renderReference(readFileSync(file, "utf8"), book));
}

const troubleshooting = new URL("../troubleshooting.md", import.meta.url);
writeFileSync(troubleshooting, renderErrorPage(readFileSync(troubleshooting, "utf8"), listSources()));
