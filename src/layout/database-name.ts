/** What a database may be called, as the pattern of a regular expression without its anchors. */
export const DATABASE_NAME = "[a-z][a-z0-9-]{0,38}[a-z0-9]";

const WHOLE = new RegExp(`^${DATABASE_NAME}$`);

/** Whether a folder's name can be that of a database. */
export function isDatabaseName(name: string): boolean {
  return WHOLE.test(name);
}
