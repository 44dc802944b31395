/** One path of a tree that is no folder. */
export interface TreeEntry {
  /** From the top of the repository, with `/`. */
  path: string;
  /** As git has it: `100644`, `100755` executable, `120000` link, `160000` submodule; on disk `000000` for what git never records. */
  mode: string;
}

/** The files of one commit or work tree, read-only. */
export interface Tree<Entry extends TreeEntry = TreeEntry> {
  /**
   * Everything below a folder that is no folder itself, sorted bytewise: links and submodules are among it. A folder's name
   * that something else has, such as a link, gives that one entry.
   */
  entries(folder: string): Promise<Entry[]>;
  /**
   * null where there is nothing, or a folder. Throws `UnreadableFile` for a link or a submodule, there or in place of a folder
   * on the way, for too many bytes, and for bytes that are not UTF-8.
   */
  read(path: string): Promise<string | null>;
}
