import { NAMES } from "../layout/database-folder.ts";
import { lockProblems } from "../database/judge-folder.ts";
import type { MainNow } from "./main-now.ts";
import { refuseProblem, type Refused } from "./refusal.ts";

/**
 * Refuses a folder with something that a reviewer did not see as it is used, or with a lock that does not hold, by its first
 * problem. What is wrong with the permit is told with the permit.
 */
export function checkFolder({ folder }: Pick<MainNow, "folder">): Refused | null {
  const others = folder.unreadable.filter(({ below }) => below !== NAMES.approval);
  const [first] = [...others.map(({ problem }) => problem), ...lockProblems(folder)];
  return first === undefined ? null : refuseProblem(first);
}
