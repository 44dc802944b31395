import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Reply } from "./reply.ts";
import type { Target } from "./target.ts";

export interface RegistryUser {
  /** null: whoever comes without a login. */
  username: string | null;
  password: string;
  /** Names, or `prefix/*`. */
  repositories: string[];
  access: "pull" | "push";
}

export interface DoormanSetup {
  users: RegistryUser[];
  auth: "basic" | "bearer";
  tokenSeconds?: number;
  realm: string;
  host: string;
}

interface Grant {
  scopes: Map<string, Set<string>>;
  expires: number;
}

/** Lets requests in by user and repository: `htpasswd` for basic, opaque short-lived tokens for bearer. */
export class Doorman {
  readonly #setup: DoormanSetup;
  readonly #grants = new Map<string, Grant>();

  constructor(setup: DoormanSetup) {
    this.#setup = setup;
  }

  forgetTokens(): void {
    this.#grants.clear();
  }

  /** Throws 401 or 403 with the registry's words. */
  admit(request: IncomingMessage, target: Target): void {
    const needs = neededScopes(target);
    if (this.#setup.auth === "bearer") this.#admitToken(request, needs);
    else this.#admitPassword(request, needs);
  }

  /** `GET /token?service&scope…` with Basic, as docs/spec/auth/token.md of distribution/distribution has it. */
  issueToken(request: IncomingMessage, url: URL): Reply {
    const users = this.#usersOf(request.headers.authorization);
    if (users.length === 0 && (request.headers.authorization !== undefined || !this.#takesAnyone()))
      return Reply.error(401, "UNAUTHORIZED", "authentication required: incorrect username or password");
    const scopes = new Map<string, Set<string>>();
    for (const [repository, actions] of url.searchParams.getAll("scope").map(parseScope)) {
      const granted = actions.filter((action) => users.some((user) => mayDo(user, repository, action)));
      scopes.set(repository, new Set([...(scopes.get(repository) ?? []), ...granted]));
    }
    const token = randomBytes(24).toString("base64url");
    const seconds = this.#setup.tokenSeconds ?? 60;
    this.#grants.set(token, { scopes, expires: Date.now() + seconds * 1000 });
    return Reply.json(200, { token, expires_in: seconds });
  }

  /** Whether the sender may read the repository that a mount takes from. */
  mayMountFrom(request: IncomingMessage, repository: string): boolean {
    const { authorization } = request.headers;
    if (this.#setup.auth === "basic")
      return this.#usersOf(authorization).some((user) => mayDo(user, repository, "pull"));
    const grant = this.#grants.get(authorization?.replace(/^Bearer /, "") ?? "");
    return grant?.scopes.get(repository)?.has("pull") ?? false;
  }

  #admitPassword(request: IncomingMessage, needs: Need[]): void {
    const users = this.#usersOf(request.headers.authorization);
    const challenge = { "www-authenticate": `Basic realm="${this.#setup.host}"` };
    if (users.length === 0) throw Reply.error(401, "UNAUTHORIZED", "authentication required").with(challenge);
    for (const need of needs)
      if (!users.some((user) => mayDo(user, need.repository, need.action)))
        throw Reply.error(403, "DENIED", "requested access to the resource is denied");
  }

  #admitToken(request: IncomingMessage, needs: Need[]): void {
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const grant = token === undefined ? undefined : this.#grants.get(token);
    if (grant === undefined || grant.expires <= Date.now())
      throw this.#bearerChallenge(needs, token === undefined ? "" : "invalid_token");
    for (const need of needs)
      if (!grant.scopes.get(need.repository)?.has(need.action))
        throw this.#bearerChallenge(needs, "insufficient_scope");
  }

  #bearerChallenge(needs: Need[], error: string): Reply {
    const scope = needs.map((need) => `repository:${need.repository}:${need.action}`).join(" ");
    const parts = [`realm="${this.#setup.realm}"`, 'service="world-registry"'];
    if (scope !== "") parts.push(`scope="${scope}"`);
    if (error !== "") parts.push(`error="${error}"`);
    const challenge = { "www-authenticate": `Bearer ${parts.join(",")}` };
    if (error === "insufficient_scope")
      return Reply.error(401, "DENIED", "requested access to the resource is denied").with(challenge);
    return Reply.error(401, "UNAUTHORIZED", "authentication required").with(challenge);
  }

  #usersOf(authorization: string | undefined): RegistryUser[] {
    if (authorization === undefined) return this.#setup.users.filter((user) => user.username === null);
    return this.#setup.users.filter((user) => user.username !== null && sameText(authorization, basicLogin(user)));
  }

  #takesAnyone(): boolean {
    return this.#setup.users.some((user) => user.username === null);
  }
}

interface Need {
  repository: string;
  action: string;
}

/** What a request needs; a mount's source is asked for softly, by the upload itself. */
function neededScopes(target: Target): Need[] {
  if (target.kind === "ping") return [];
  // distribution/distribution, registry/handlers/app.go, appendAccessRecords: every DELETE wants `delete` and nothing else.
  if (target.method === "DELETE") return [{ repository: target.repository, action: "delete" }];
  const reads = target.method === "GET" || target.method === "HEAD";
  const { repository } = target;
  if (reads && target.kind !== "upload") return [{ repository, action: "pull" }];
  return [
    { repository, action: "pull" },
    { repository, action: "push" },
  ];
}

function parseScope(scope: string): [repository: string, actions: string[]] {
  const match = /^repository:([^:]+):([a-z,]+)$/.exec(scope);
  if (match === null) throw Reply.error(400, "UNSUPPORTED", `scope ${scope} is not understood`);
  return [match[1]!, match[2]!.split(",")];
}

function mayDo(user: RegistryUser, repository: string, action: string): boolean {
  const named = user.repositories.some((pattern) =>
    pattern.endsWith("/*") ? repository.startsWith(pattern.slice(0, -1)) : pattern === repository,
  );
  return named && (action === "pull" || user.access === "push");
}

function basicLogin(user: RegistryUser): string {
  return `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
