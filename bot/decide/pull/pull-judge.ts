import type { Problem } from "../../../src/problem/problem.ts";
import type { PullOutputs } from "./decide-pull.ts";
import type { Requirement } from "./find-requirements.ts";
import type { PullSides, PullState } from "./pull-state.ts";

/** Computes what the files of strangers say: with a limit of time and memory, or not at all. */
export interface PullJudge {
  /** Why a head is not judged (any more); null if nothing is known against it. */
  refusalOf(head: string): Problem | null;
  listRequirements(head: string, sides: PullSides): Promise<Judged<Requirement[]>>;
  decidePull(state: PullState): Promise<Judged<PullOutputs>>;
  listRendered(head: string, sides: PullSides): Promise<Judged<string[]>>;
}

export type Judged<T> = { value: T } | { refused: Problem };
