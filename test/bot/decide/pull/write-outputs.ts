import type { CheckFacts, CheckOutput } from "../../../../bot/hub/checks.ts";
import type { PullState } from "../../../../bot/decide/pull/pull-state.ts";
import type { PullOutputs } from "../../../../bot/decide/pull/decide-pull.ts";
import { APP_ID } from "./build-state.ts";

/** The check as GitHub lists it after it was written. */
export function standing(check: CheckOutput, completedAt: string, id = "1"): CheckFacts {
  const { name, conclusion, externalId, title, summary, text = "" } = check;
  const said = { conclusion, externalId, title, summary, text };
  return { id, name, appId: APP_ID, status: "completed", completedAt, ...said };
}

/** The state that the next look reads after the outputs were written. */
export function writeOutputs(state: PullState, outputs: PullOutputs, at: string): PullState {
  const names = new Set(outputs.checks.map(({ name }) => name));
  const kept = state.checks.filter(({ name, appId }) => appId !== APP_ID || !names.has(name));
  const unchanged = (check: CheckOutput) =>
    state.checks.find(
      (there) =>
        there.name === check.name &&
        there.summary === check.summary &&
        there.text === (check.text ?? "") &&
        there.externalId === check.externalId,
    );
  const checks = [...kept, ...outputs.checks.map((check) => unchanged(check) ?? standing(check, at))];
  const bot = { id: "900000007", login: "seedbed[bot]", type: "Bot" };
  const others = state.comments.filter(({ appId }) => appId !== APP_ID);
  const comment = { id: "50", user: bot, appId: APP_ID, body: outputs.comment ?? "", createdAt: at, updatedAt: at };
  const teams = outputs.requestTeams.map((team) => team.split("/")[1] ?? "");
  return {
    ...state,
    checks,
    comments: outputs.comment === null ? state.comments : [...others, comment],
    pull: { ...state.pull, requestedTeams: [...state.pull.requestedTeams, ...teams] },
    adopted: outputs.adopt === null ? state.adopted : [...state.adopted, outputs.adopt.comment],
  };
}
