/**
 * Where the pages of this version are published, up to the folder above `docs/` and with a slash at the end. Empty while
 * they are published nowhere: then a reader is told whose documentation it is, because a path alone would be looked for
 * in the reader's own repository.
 */
const PUBLISHED_AT: string = "";

/** A page and anchor of ours, such as `docs/reference/settings.md#keys`, as people find it from another repository. */
export function showDocs(docs: string): string {
  return PUBLISHED_AT === "" ? `Seedbed's ${docs}` : PUBLISHED_AT + docs;
}
