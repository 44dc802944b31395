/** The text of the only file in a result's zip, or what is wrong with the zip. */
export type ArtifactText = { ok: true; text: string } | { ok: false; why: string };

/** The largest result that is read: a real one has digests and facts, a few KiB. */
export const MAX_RESULT_BYTES = 1024 * 1024;
