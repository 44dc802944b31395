import { installPushRules, writePushRules, type PushRules } from "./git/push-rules.ts";
import { bypassesRuleset } from "./pushes.ts";
import { botAccount, isWriter, type State } from "./state.ts";

/** Lets the accounts, Apps and keys of now push, and no others. */
export function installPushAccess(state: State): Promise<void> {
  return installPushRules(state.git.folder, pushRules(state));
}

/** The same once they are others. */
export function updatePushAccess(state: State): Promise<void> {
  return writePushRules(state.git.folder, pushRules(state));
}

/** What git's hook knows a deploy key by. */
export function nameOfKey(title: string): string {
  return `deploy key ${title}`;
}

function pushRules(state: State): PushRules {
  const bot = botAccount(state).login;
  const apps = [...state.apps.values()];
  return {
    protectedRef: state.plan === "free" ? "" : `refs/heads/${state.defaultBranch}`,
    bypass: bypassesRuleset(state) ? [bot] : [],
    withoutWorkflows: [
      bot,
      ...apps.filter(({ permissions }) => permissions["workflows"] !== "write").map(({ account }) => account.login),
    ],
    writers: [
      ...[...state.users.values()].filter((user) => isWriter(state, user)).map(({ login }) => login),
      bot,
      ...apps.map(({ account }) => account.login),
      ...[...state.deployKeys].filter(([, { readOnly }]) => !readOnly).map(([title]) => nameOfKey(title)),
    ],
  };
}
