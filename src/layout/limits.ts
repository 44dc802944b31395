import { databaseFileOf, NAMES } from "./database-folder.ts";
import { SETTINGS_PATH } from "./repository.ts";

const KIB = 1024;

/** Most bytes of a file that are read, by what it is. The scripts of a request together have a limit of their own. */
export const MOST_BYTES = {
  request: 64 * KIB,
  settings: 64 * KIB,
  /** The lock holds the text of scripts, and manifests hold whole ConfigMaps. */
  generated: 2048 * KIB,
  /** A script, a permit, and whatever else lies somewhere. */
  other: 128 * KIB,
} as const;

/** Most files of a request that are read: its three lists name 150 scripts at most, and permit and lock are beside them. */
export const MOST_FILES = 200;

/** Most bytes that are read of the file at a path. */
export function mostBytesOf(path: string): number {
  if (path === SETTINGS_PATH) return MOST_BYTES.settings;
  const below = databaseFileOf(path)?.below ?? "";
  if (below === NAMES.request) return MOST_BYTES.request;
  const isLarge = below === NAMES.lock || below.startsWith(`${NAMES.manifests}/`);
  return isLarge ? MOST_BYTES.generated : MOST_BYTES.other;
}

/** The words of a problem, without its place. */
interface Words {
  code: string;
  what: string;
  why: string;
  fix: string;
}

/** What is wrong with the size of the file at a path; null for one that is read. */
export function explainSize(path: string, bytes: number): Words | null {
  const most = mostBytesOf(path);
  if (bytes <= most) return null;
  return {
    code: "file-too-large",
    what: `the file has ${bytes} bytes`,
    why: `at most ${most} bytes (${most / 1024} KiB) of it are read`,
    fix: "make it smaller",
  };
}
