import type { IncomingMessage, ServerResponse } from "node:http";
import { serveGit } from "./git/http-backend.ts";
import { nameOfKey } from "./push-access.ts";
import { afterRefUpdate } from "./pushes.ts";
import type { State } from "./state.ts";
import { may, type Actor, type Tokens } from "./tokens.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** `/<owner>/<name>.git/…` is git, everything else is REST. */
export function serveGitAndRest(
  state: State,
  tokens: Tokens,
  rest: (request: IncomingMessage, response: ServerResponse) => unknown,
): Listener {
  const prefix = `/${state.owner}/${state.name}.git`;
  return (request, response) => {
    const { pathname, searchParams, search } = new URL(request.url ?? "/", "http://github");
    if (!pathname.startsWith(`${prefix}/`)) {
      void rest(request, response);
      return;
    }
    const actor = tokens.actor(request.headers.authorization);
    if (actor === null) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end();
      return;
    }
    const pathInfo = pathname.slice(prefix.length);
    const pushes = pathInfo === "/git-receive-pack" || searchParams.get("service") === "git-receive-pack";
    const refusal = pushes ? whyNot(actor) : null;
    if (refusal !== null) {
      response.writeHead(403, { "content-type": "text/plain" }).end(`${refusal}\n`);
      return;
    }
    const git = { request, response, pathInfo, query: search.slice(1) };
    serve(state, actor, git).catch((error: unknown) => response.destroy(error as Error));
  };
}

/** What a token may not even try; a person's rights are the hook's business. */
function whyNot(actor: Actor): string | null {
  if (actor.kind === "user" || may(actor, "contents", "write")) return null;
  return actor.kind === "key"
    ? "ERROR: The key you are authenticating with has been marked as read only."
    : "Write access to repository not granted.";
}

interface Request {
  request: IncomingMessage;
  response: ServerResponse;
  pathInfo: string;
  query: string;
}

async function serve(state: State, actor: Actor, git: Request): Promise<void> {
  // Nothing else moves a ref.
  const before = git.pathInfo === "/git-receive-pack" ? await state.git.refs() : null;
  const user = actor.kind === "key" ? nameOfKey(actor.title) : actor.account.login;
  const settle = () => (before === null ? Promise.resolve() : follow(state, actor, before));
  await serveGit({ ...git, repository: state.git.folder, user, settle });
}

/** Everything that has moved, and what GitHub does then. */
async function follow(state: State, actor: Actor, before: Map<string, string>): Promise<void> {
  const after = await state.git.refs();
  // A test merge commit that somebody asks for meanwhile is nobody's push.
  const moved = [...new Set([...before.keys(), ...after.keys()])].filter(
    (ref) => !ref.startsWith("refs/pull/") && before.get(ref) !== after.get(ref),
  );
  const shown = actor.kind === "key" && state.deployKeyPushes === "nobody" ? null : actor.account;
  for (const ref of moved)
    await afterRefUpdate(state, {
      ref,
      before: before.get(ref) ?? null,
      after: after.get(ref) ?? null,
      actor: actor.account,
      shown,
    });
}
