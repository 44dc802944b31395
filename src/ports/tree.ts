/** The files of one commit or work tree, read-only. */
export interface Tree {
  /** null when there is no regular file. Throws `UnreadableFile` for a link, a submodule, or bytes that are not UTF-8. */
  read(path: string): Promise<string | null>;
  /** Every path below a folder that is none itself, sorted bytewise; links and submodules are among them. */
  list(folder: string): Promise<string[]>;
}
