import { Probot, ProbotOctokit } from "probot";
import type { Logger } from "pino";
import { pinApiVersion } from "../../../src/github/api-version.ts";
import { addRetries } from "../../../src/github/repeat.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Hub } from "../hub.ts";
import { watchAnswers } from "./answers.ts";
import { createHub } from "./hub.ts";
import { keepAnswers } from "./keep-answers.ts";

export interface ClientOptions {
  appId: number;
  privateKey: string;
  webhookSecret: string;
  /** `https://api.github.com`, or the API of a GitHub Enterprise Server. */
  apiUrl: string;
  /** Follow GitHub's advice: per installation one write per second, one comment every three seconds. */
  throttle: boolean;
  /** How requests are sent, those for tokens too: through the environment's proxies. */
  fetch: typeof fetch;
  log: Logger;
}

/** Creates the Probot app; the clients of each installation share a queue for throttling. */
export function createProbotApp(options: ClientOptions): Probot {
  const { appId, privateKey, webhookSecret, apiUrl, throttle, fetch, log } = options;
  // A function, because Probot 14 merges its own defaults over an object.
  const Octokit = ProbotOctokit.defaults((defaults: object) => {
    const given = defaults as { throttle?: object; auth?: { installationId?: number } };
    const id = `installation-${given.auth?.installationId ?? "app"}`;
    // Rate limits are handled in one place, src/github/repeat.ts, which distinguishes reads from writes.
    const limits = { onRateLimit: () => false, onSecondaryRateLimit: () => false };
    return {
      ...defaults,
      retry: { enabled: false },
      throttle: { ...given.throttle, ...limits, enabled: throttle, id },
    };
  }) as typeof ProbotOctokit;
  const request = { fetch: keepAnswers(fetch) };
  return new Probot({ appId, privateKey, secret: webhookSecret, baseUrl: apiUrl, request, log, Octokit });
}

/** Opens the repository that this bot serves. Throws if the App is not installed there. */
export async function openRepository(
  probot: Probot,
  { repository, clock }: { repository: { owner: string; name: string }; clock: Clock },
): Promise<Hub> {
  const at = { owner: repository.owner, repo: repository.name };
  const asApp = await probot.auth();
  pinApiVersion(asApp);
  addRetries(asApp, { caller: "app", clock });
  const { data: app } = await asApp.request("GET /app");
  const { data: installation } = await asApp.request("GET /repos/{owner}/{repo}/installation", at);
  const octokit = await probot.auth(installation.id);
  const answers = watchAnswers(octokit, clock);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}", at);
  return createHub({
    octokit,
    answers,
    clock,
    app: { id: app!.id, slug: app!.slug ?? "" },
    repository: { id: String(data.id), owner: data.owner.login, name: data.name, defaultBranch: data.default_branch },
  });
}
