interface Waiting {
  start(): void;
  drop(): void;
}

/** Concurrency groups of a repository: one job works, one waits, and a newer one takes the place of the one that waits. */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, { waiting: Waiting | null }>();

  /** Resolves true when the job may start, false when a newer one took its place or the run was cancelled. */
  async enter(name: string, signal: AbortSignal): Promise<boolean> {
    const group = this.#groups.get(name);
    if (group === undefined) {
      this.#groups.set(name, { waiting: null });
      return true;
    }
    group.waiting?.drop();
    return await new Promise<boolean>((resolve) => {
      const own: Waiting = { start: () => resolve(true), drop: () => resolve(false) };
      group.waiting = own;
      const leave = () => {
        if (group.waiting !== own) return;
        group.waiting = null;
        resolve(false);
      };
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  leave(name: string): void {
    const next = this.#groups.get(name)?.waiting ?? null;
    if (next === null) this.#groups.delete(name);
    else this.#groups.set(name, { waiting: null });
    next?.start();
  }
}
