import type { HubActions } from "../runs.ts";
import { asRequestError } from "../../../src/github/failure.ts";
import { orNull, type Calls } from "./calls.ts";

/** Ends and removes workflow runs through the REST API. */
export function createRunEnds(calls: Calls): Pick<HubActions, "cancel" | "remove"> {
  return { cancel: (run) => cancel(calls, run), remove: (run) => remove(calls, run) };
}

async function cancel({ octokit, at }: Calls, run: string): Promise<void> {
  try {
    await octokit.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", { ...at, run_id: Number(run) });
  } catch (error) {
    // 409: it has already ended, which is fine as well.
    if (asRequestError(error)?.status !== 409) throw error;
  }
}

/** Looks first: after two weeks GitHub would also delete a run that is still working. One that is gone already is fine. */
async function remove(calls: Calls, run: string): Promise<boolean> {
  if ((await readStatus(calls, run)) !== "completed") return false;
  const { octokit, at } = calls;
  const path = "DELETE /repos/{owner}/{repo}/actions/runs/{run_id}";
  try {
    await orNull(octokit.request(path, { ...at, run_id: Number(run) }));
    return true;
  } catch (error) {
    const refused = [403, 409].includes(asRequestError(error)?.status ?? 0);
    // Somebody may have started it again meanwhile.
    if (refused && (await readStatus(calls, run)) !== "completed") return false;
    throw error;
  }
}

/** The status of a run; `completed` for one that is gone. */
async function readStatus({ octokit, at }: Calls, run: string): Promise<string | null> {
  const path = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
  const answer = await orNull(octokit.request(path, { ...at, run_id: Number(run) }));
  return answer === null ? "completed" : answer.data.status;
}
