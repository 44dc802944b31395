import { watch, type FSWatcher } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Sums what a job writes below a folder: the largest size that each file was seen with, also of files that are gone. */
export class WrittenFiles {
  readonly #folder: string;
  readonly #sizes = new Map<string, number>();
  readonly #watcher: FSWatcher;
  #looking: Promise<void>[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    this.#watcher = watch(folder, { recursive: true }, (_event, name) => {
      if (name !== null) this.#looking.push(this.#look(join(folder, name)));
    });
  }

  /** Bytes up to now. */
  async bytes(): Promise<number> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    await Promise.all([...this.#looking, ...files.map((path) => this.#look(path))]);
    this.#looking = [];
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  close(): void {
    this.#watcher.close();
  }

  async #look(path: string): Promise<void> {
    // A file that is gone again before it could be looked at keeps the size it was seen with.
    const facts = await stat(path).catch(() => null);
    if (facts?.isFile()) this.#sizes.set(path, Math.max(facts.size, this.#sizes.get(path) ?? 0));
  }
}
