import { WORKFLOW_PATH } from "../layout/repository.ts";
import type { DoorFacts } from "./door-facts.ts";
import { refuse, type Refused } from "./refusal.ts";

/** Accepts only runs of the default branch's workflow, started by a dispatch, in this repository. */
export function checkRun({ run, main }: DoorFacts): Refused | null {
  const { repository } = main;
  const expected = `${repository.name}/${WORKFLOW_PATH}@refs/heads/${repository.defaultBranch}`;
  const fix = `Start ${WORKFLOW_PATH} with "Run workflow" on the branch ${repository.defaultBranch} of ${repository.name}.`;
  if (run.workflowRef !== expected)
    return refuse(
      "door-workflow",
      `This run belongs to the workflow ${run.workflowRef || "(none)"}, not to ${expected}.`,
      fix,
    );
  if (run.event !== "workflow_dispatch")
    return refuse(
      "door-event",
      `This run was started by the event ${run.event || "(none)"}, not by workflow_dispatch.`,
      fix,
    );
  if (run.repositoryId !== repository.id)
    return refuse(
      "door-repository",
      `This run belongs to the repository with the id ${run.repositoryId || "(none)"}, but ${repository.name} has the id ${repository.id}.`,
      fix,
    );
  return null;
}
