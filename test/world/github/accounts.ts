import { updatePushAccess } from "./push-access.ts";
import type { Account, OtherApp, State } from "./state.ts";

/** Another App, installed on the repository. */
export async function installApp(state: State, app: Omit<OtherApp, "account">): Promise<OtherApp> {
  const account: Account = { id: 910_000_000 + app.id, login: `${app.slug}[bot]`, type: "Bot" };
  const installed = { ...app, account };
  state.apps.set(account.login, installed);
  await updatePushAccess(state);
  return installed;
}

/** A key of the repository; whoever has its private half pushes with it. */
export async function addDeployKey(
  state: State,
  title: string,
  key: { creator: Account; readOnly: boolean },
): Promise<void> {
  state.deployKeys.set(title, key);
  await updatePushAccess(state);
}

/** The account is gone, with its tokens; what it has written stays. */
export async function deleteAccount(state: State, login: string): Promise<void> {
  const user = state.users.get(login);
  if (user === undefined) throw new Error(`there is no account ${login}`);
  user.deleted = true;
  state.users.delete(login);
  for (const members of state.teams.values()) members.delete(login);
  await updatePushAccess(state);
}

/** A team's slug follows its name, and nothing answers to the old one. */
export function renameTeam(state: State, from: string, to: string): void {
  const members = state.teams.get(from);
  if (members === undefined) throw new Error(`there is no team ${from}`);
  state.teams.delete(from);
  state.teams.set(to, members);
  for (const pull of state.pulls) pull.requestedTeams = pull.requestedTeams.map((slug) => (slug === from ? to : slug));
}
