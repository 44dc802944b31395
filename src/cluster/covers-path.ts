/**
 * Whether a path of a GitRepo covers a folder: a glob of Go's `filepath.Match` (pkg.go.dev/path/filepath#Match: `*` and `?` stop at
 * `/`, `[a-z]`, `[^a]`, `\\` quotes), whose folders are walked (rancher/fleet v0.16.1, internal/cmd/cli/apply/apply.go, globDirs).
 */
export function coversPath(glob: string, folder: string): boolean {
  const parts = glob.split("/").filter((part) => part !== "" && part !== ".");
  const names = folder.split("/");
  return parts.length <= names.length && parts.every((part, index) => matches(part, names[index]!));
}

function matches(glob: string, name: string): boolean {
  const pattern = glob.replaceAll(/\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|(\*)|(\?)|([.+^${}()|\]\\[])/gu, toRegExp);
  try {
    return new RegExp(`^${pattern}$`, "u").test(name);
  } catch (error) {
    // Go refuses the pattern too (ErrBadPattern): it matches nothing.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function toRegExp(_: string, ...groups: (string | undefined)[]): string {
  const [quoted, not, set, star, one, special] = groups;
  if (quoted !== undefined) return `\\u{${quoted.codePointAt(0)!.toString(16)}}`;
  if (set !== undefined) return `[${not ?? ""}${set}]`;
  if (star !== undefined) return ".*";
  if (one !== undefined) return ".";
  return `\\${special}`;
}
