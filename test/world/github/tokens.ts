import { createVerify, randomBytes } from "node:crypto";
import { ACTIONS, botAccount, type Account, type OtherApp, type State } from "./state.ts";

export type Access = "read" | "write";

/** Who a request speaks for. A user's rights follow the role, an App's its permissions. */
export type Actor =
  | { kind: "user"; account: Account; role: "admin" | "write" | "read" | "none" }
  | { kind: "app"; account: Account; permissions: Record<string, Access>; app: { id: number; slug: string } }
  /** The token of one job of a workflow run. */
  | {
      kind: "job";
      account: Account;
      permissions: Record<string, Access>;
      app: { id: number; slug: string };
      run: number;
    }
  /** A deploy key, which is for git alone. Real ones come by SSH; here they have tokens. */
  | { kind: "key"; account: Account; permissions: Record<string, Access>; title: string };

/** What the App was given when it was installed: contracts of the product, enforced here. */
export const APP_PERMISSIONS: Record<string, Access> = {
  contents: "write",
  checks: "write",
  pull_requests: "write",
  issues: "write",
  actions: "write",
  deployments: "write",
  statuses: "write",
  members: "read",
  metadata: "read",
  merge_queues: "read",
};

/** Tokens of users, installations and jobs; an unknown token authenticates nobody. */
export class Tokens {
  private readonly actors = new Map<string, Actor>();
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  forUser(login: string): string {
    const user = this.state.users.get(login);
    if (!user) throw new Error(`no user ${login}`);
    const token = `ghp_${login}_${randomBytes(8).toString("hex")}`;
    this.actors.set(token, { kind: "user", account: user, role: user.role });
    return token;
  }

  forInstallation(permissions: Record<string, Access> = APP_PERMISSIONS): string {
    const { app } = this.state;
    return this.add("ghs_", { kind: "app", account: botAccount(this.state), permissions, app });
  }

  /** Of another App. */
  forApp(app: OtherApp): string {
    return this.add("ghs_", { kind: "app", account: app.account, permissions: app.permissions, app });
  }

  forJob(run: number, permissions: Record<string, Access>): string {
    const given: Record<string, Access> = { metadata: "read", ...permissions };
    return this.add("ghs_job_", { kind: "job", account: ACTIONS.account, permissions: given, app: ACTIONS, run });
  }

  forDeployKey(title: string): string {
    const key = this.state.deployKeys.get(title);
    if (!key) throw new Error(`no deploy key ${title}`);
    const permissions: Record<string, Access> = { contents: key.readOnly ? "read" : "write" };
    return this.add("key_", { kind: "key", account: key.creator, permissions, title });
  }

  private add(prefix: string, actor: Actor): string {
    const token = `${prefix}${randomBytes(18).toString("hex")}`;
    this.actors.set(token, actor);
    return token;
  }

  /** Whether it is the bot's App that asks. */
  isOwn(actor: Actor | null): boolean {
    return actor?.kind === "app" && actor.app.id === this.state.app.id;
  }

  revoke(token: string): void {
    this.actors.delete(token);
  }

  /** From `Authorization`: `token X`, `Bearer X`, or Basic with the token as password. */
  actor(header: string | undefined): Actor | null {
    const [scheme = "", value = ""] = (header ?? "").split(" ");
    const isBasic = scheme.toLowerCase() === "basic";
    const [, password = ""] = isBasic ? Buffer.from(value, "base64").toString("utf8").split(":") : [];
    const actor = this.actors.get(isBasic ? password : value) ?? null;
    return actor?.account.deleted === true ? null : actor;
  }

  /** The App itself, by a JWT that its private key signed and that lives ten minutes at most. */
  isApp(header: string | undefined): boolean {
    const [, jwt = ""] = (header ?? "").split(" ");
    const [head, body, signature] = jwt.split(".");
    if (!head || !body || !signature) return false;
    const verify = createVerify("RSA-SHA256").update(`${head}.${body}`);
    if (!verify.verify(this.state.app.publicKey, Buffer.from(signature, "base64url"))) return false;
    const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as {
      iss: unknown;
      iat: number;
      exp: number;
    };
    // The libraries that sign it take the machine's time, which no test steps.
    const now = Date.now() / 1000;
    return String(claims.iss) === String(this.state.app.id) && claims.exp > now && claims.exp - claims.iat <= 660;
  }
}

/** May the actor do this? Users by role, Apps and jobs by permission. */
export function may(actor: Actor, permission: string, access: Access): boolean {
  if (actor.kind === "user") {
    if (actor.role === "none") return false;
    return access === "read" || actor.role !== "read" || permission === "pull_requests" || permission === "issues";
  }
  const given = actor.permissions[permission];
  return given === "write" || given === access;
}
