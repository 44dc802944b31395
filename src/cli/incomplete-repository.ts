import { SETTINGS_PATH } from "../layout/repository.ts";
import type { Repository } from "../use-cases/load.ts";

/** What works without settings. */
export function describeNoSettings(database: string): string {
  return `There is no ${SETTINGS_PATH}: without it, only seedbed seed ${database} --to <folder> works.`;
}

/** The output of a command that has nothing to do. */
export function describeEmpty({ databases, retired }: Repository): string {
  return databases.length + retired.length === 0
    ? "There is no request in environments/. Create one with seedbed init.\n"
    : "";
}
