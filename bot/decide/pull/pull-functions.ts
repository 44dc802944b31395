import { findTouched } from "../gate/changed-paths.ts";
import { decidePull, type PullOutputs } from "./decide-pull.ts";
import { findRequirements, type Requirement } from "./find-requirements.ts";
import { judgeDatabases } from "./judge-databases.ts";
import { listRendered } from "./list-rendered.ts";
import { parseSides } from "./parse-sides.ts";
import type { PullSides, PullState } from "./pull-state.ts";

/** What is computed from the files of strangers, by name: it runs apart from everything else, for a limited time. */
export const pullFunctions = {
  listRequirements: (sides: PullSides): Requirement[] => findRequirements({ ...sides, ...parseSides(sides) }),
  decidePull: (state: PullState): PullOutputs => decidePull(state),
  /** Databases whose manifests in the result are what it renders to. */
  listRendered: (sides: PullSides): string[] => {
    const { main, result, settings } = sides;
    const touched = findTouched(main.entries, result.entries);
    return listRendered(result.entries, judgeDatabases({ ...parseSides(sides), settings }, touched));
  },
};

export type PullFunctions = typeof pullFunctions;
