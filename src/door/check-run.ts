import { WORKFLOW_PATH } from "../layout/repository.ts";
import type { DoorFacts } from "./door-facts.ts";
import { refuse, type Refused } from "./refusal.ts";

/** Which run this is: only the workflow of the default branch, started by a dispatch, in this repository. */
export function checkRun({ run, main }: DoorFacts): Refused | null {
  const { repository } = main;
  const expected = `${repository.name}/${WORKFLOW_PATH}@refs/heads/${repository.defaultBranch}`;
  const fix = `Start ${WORKFLOW_PATH} by "Run workflow" on the branch ${repository.defaultBranch} of ${repository.name}.`;
  if (run.workflowRef !== expected)
    return refuse("door-workflow", `This run is of ${run.workflowRef || "no workflow"}, not of ${expected}.`, fix);
  if (run.event !== "workflow_dispatch")
    return refuse("door-event", `This run was started by ${run.event || "nothing"}, not by workflow_dispatch.`, fix);
  if (run.repositoryId !== repository.id)
    return refuse(
      "door-repository",
      `This run belongs to the repository ${run.repositoryId || "without an id"}; ${repository.name} is ${repository.id}.`,
      fix,
    );
  return null;
}
