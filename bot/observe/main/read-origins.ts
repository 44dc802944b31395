import { hasFewCalls, Pace, SOON } from "../../decide/looks/pace.ts";
import type { DatabaseState, Origin } from "../../decide/main/main-state.ts";
import type { Hub } from "../../hub/hub.ts";
import { DailyMemory } from "../daily-memory.ts";
import { readRequestOrigin } from "./read-origin.ts";

export interface OriginsQuestion {
  /** The head of main, and GitHub's time in milliseconds. */
  head: string;
  now: number;
  databases: readonly DatabaseState[];
  /** Names of those of which somebody waits for an answer. */
  awaited: ReadonlySet<string>;
}

/** GitHub may list a merge some time after the push. */
const LISTED_WITHIN = 60 * 60_000;

interface KnownOrigin {
  origin: Origin | null;
  /** Whether GitHub must have listed its merge by then. */
  settled: boolean;
}

/**
 * How unpermitted requests came to main. While a folder is the same this hardly ever changes, and mostly not at all, so it is read
 * again once a day, and before something is written because of it.
 */
export class OriginMemory {
  private readonly origins = new DailyMemory<KnownOrigin>();
  /** Folders, and since when they are as they are, by database. */
  private readonly seen = new Map<string, { folder: string; since: number }>();
  private readonly pace = new Pace(SOON.atOnce);
  private remembered: ReadonlySet<string> = new Set();

  /** Whether the last answer for one of these was remembered. If so, it is forgotten. */
  forget(databases: readonly string[]): boolean {
    const remembered = databases.filter((database) => this.remembered.has(database));
    for (const database of remembered) this.origins.forget(database);
    return remembered.length > 0;
  }

  /** By database, for those whose request no permit covers; one that has to wait until others were read is missing. */
  async read(hub: Hub, { head, now, databases, awaited }: OriginsQuestion): Promise<Map<string, Origin | null>> {
    const urgent = new Set([...awaited, ...this.noteChanged(databases, now)]);
    const unpermitted = databases.filter(({ verdict }) => !verdict.covers);
    this.origins.age(new Set(unpermitted.map(({ database }) => database)), now);
    for (const database of urgent) this.origins.forget(database);
    const reading = this.choose(hub, unpermitted, { urgent, now });
    const found = new Map<string, Origin | null>();
    for (const { database, folder } of unpermitted) {
      const known = this.origins.find(database, folder);
      if (known !== null && !reading.has(database)) found.set(database, known.value.origin);
    }
    this.remembered = new Set(found.keys());
    const read = unpermitted.map(async (db) => {
      if (!reading.has(db.database)) return;
      const origin = await readRequestOrigin(hub, { head, files: db.files });
      found.set(db.database, origin);
      this.keep(db, origin, now);
    });
    await Promise.all(read);
    return found;
  }

  /** Few are read at once. Many are there when a process begins, or when the settings have another key. */
  private choose(
    hub: Hub,
    unpermitted: readonly DatabaseState[],
    { urgent, now }: { urgent: ReadonlySet<string>; now: number },
  ): Set<string> {
    const known = (db: DatabaseState) => this.origins.find(db.database, db.folder);
    const rest = unpermitted.filter((db) => !urgent.has(db.database) && known(db)?.value.settled !== true);
    const oldest = rest.toSorted((a, b) => (known(a)?.at ?? 0) - (known(b)?.at ?? 0));
    const turns = oldest.length <= SOON.atOnce ? oldest : this.takeTurns(hub, oldest, now);
    return new Set([...urgent, ...turns.map(({ database }) => database)]);
  }

  private takeTurns(hub: Hub, oldest: readonly DatabaseState[], now: number): DatabaseState[] {
    return hasFewCalls(hub.callsLeft()) ? [] : this.pace.take(oldest, now, SOON);
  }

  /** Names of those with another folder than before; at the first time none. */
  private noteChanged(databases: readonly DatabaseState[], now: number): string[] {
    const isFirst = this.seen.size === 0;
    const changed = databases.filter(({ database, folder }) => this.seen.get(database)?.folder !== folder);
    for (const { database, folder } of changed) this.seen.set(database, { folder, since: now });
    return isFirst ? [] : changed.map(({ database }) => database);
  }

  private keep({ database, folder }: DatabaseState, origin: Origin | null, at: number): void {
    const since = this.seen.get(database)?.since ?? at;
    const merged = (origin?.merges ?? []).map(({ pull }) => Date.parse(pull.mergedAt ?? "") || at);
    const settled = Math.min(since, ...merged) <= at - LISTED_WITHIN;
    this.origins.keep(database, { key: folder, value: { origin, settled }, at });
  }
}
