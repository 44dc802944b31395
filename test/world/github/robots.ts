import { addDeployKey, installApp } from "./accounts.ts";
import { push, type Pushed, type PushOptions } from "./git-push.ts";
import type { GitHub } from "./github.ts";
import { callRest, type Answer } from "./rest-client.ts";
import { ACTIONS, type Account, type OtherApp } from "./state.ts";

type Permissions = OtherApp["permissions"];

/** Somebody who is no person, and pushes and calls with a token of their own. */
export interface Robot {
  account: Account;
  push(options: PushOptions): Promise<Pushed>;
  api(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** A job of a workflow that commits with its `GITHUB_TOKEN`. */
export function workflowJob(github: GitHub, permissions: Permissions = { contents: "write" }): Robot {
  return robot(github, ACTIONS.account, github.tokens.forJob(0, permissions));
}

/** An App that is not the bot's, with an installation here. */
export async function otherApp(github: GitHub, app: Omit<OtherApp, "account">): Promise<Robot> {
  const installed = await installApp(github.state, app);
  return robot(github, installed.account, github.tokens.forApp(installed));
}

/** Whoever has the private half of a deploy key: what it commits says what its holder wants, here that the key's creator has written it. */
export async function deployKey(
  github: GitHub,
  { title, creator, readOnly = false }: { title: string; creator: string; readOnly?: boolean },
): Promise<Robot> {
  const account = github.state.users.get(creator)!;
  await addDeployKey(github.state, title, { creator: account, readOnly });
  return robot(github, account, github.tokens.forDeployKey(title));
}

function robot(github: GitHub, account: Account, token: string): Robot {
  return {
    account,
    push: (options) => push(github, { account, token }, options),
    api: (...call) => callRest(github, token, call),
  };
}
