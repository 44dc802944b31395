/** A folder on disk that takes a dump set. */
export interface DumpFolder {
  path: string;
  /** Writes a file under a temporary name and renames it once it is complete. */
  write(name: string, bytes: AsyncIterable<Buffer>): Promise<void>;
}
