import { folderProblems } from "../database/judge-folder.ts";
import type { MainNow } from "./main-now.ts";
import { refuseProblem, type Refused } from "./refusal.ts";

/** Refuses a folder with something that a reviewer did not see as it is used, or with a lock that does not hold; by its first problem. */
export function checkFolder({ folder }: Pick<MainNow, "folder">): Refused | null {
  const [first] = folderProblems(folder);
  return first === undefined ? null : refuseProblem(first);
}
