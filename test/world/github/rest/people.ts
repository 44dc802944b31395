import { GHOST, type Comment, type Deployment, type Issue, type State } from "../state.ts";
import { viewAccount } from "../view-account.ts";
import { viewComment, viewSender } from "../views.ts";
import { ok, page, refuse, text, type Call, type Reply, type Rest } from "./rest.ts";

/** Users, teams, comments, issues and deployments. */
export function addPeopleRoutes(rest: Rest): void {
  const { state } = rest;
  rest.on("GET /users/:login", {
    need: "anyone",
    handle: (call) => {
      const login = call.param("login");
      const user = login === GHOST.login ? GHOST : (state.users.get(login) ?? state.apps.get(login)?.account);
      return user ? ok(viewAccount(user)) : refuse(404, "Not Found");
    },
  });
  rest.on(`GET /orgs/${state.owner}/teams/:team/members`, {
    need: ["members", "read"],
    handle: (call) => {
      const team = state.teams.get(call.param("team"));
      if (!team) return refuse(404, "Not Found");
      return page(
        call,
        [...team].map((login) => viewAccount(state.users.get(login)!)),
      );
    },
  });
  rest.on(`GET /orgs/${state.owner}/teams/:team/memberships/:login`, {
    need: ["members", "read"],
    handle: (call) =>
      state.teams.get(call.param("team"))?.has(call.param("login"))
        ? ok({ state: "active", role: "member" })
        : refuse(404, "Not Found"),
  });
  rest.onRepository("GET /collaborators/:login/permission", {
    need: ["metadata", "read"],
    handle: (call) => {
      const user = state.users.get(call.param("login"));
      return user
        ? ok({ permission: user.role, role_name: user.role, user: viewAccount(user) })
        : refuse(404, "Not Found");
    },
  });
}

export function addIssueRoutes(rest: Rest): void {
  const { state } = rest;
  rest.onRepository("GET /issues/:number/comments", {
    need: ["issues", "read"],
    handle: (call) =>
      page(
        call,
        state.comments
          .filter(({ issue }) => issue === Number(call.param("number")))
          .map((comment) => viewComment(state, comment)),
      ),
  });
  rest.onRepository("POST /issues/:number/comments", {
    need: ["issues", "write"],
    handle: (call) => createComment(state, call),
  });
  rest.onRepository("GET /issues/comments/:id", {
    need: ["issues", "read"],
    handle: (call) => withComment(state, call, (comment) => ok(viewComment(state, comment))),
  });
  rest.onRepository("PATCH /issues/comments/:id", {
    need: ["issues", "write"],
    handle: (call) => withComment(state, call, (comment) => changeComment(state, comment, call)),
  });
  rest.onRepository("POST /issues/comments/:id/reactions", {
    need: ["issues", "write"],
    handle: (call) =>
      withComment(state, call, (comment) => {
        comment.reactions.push({ content: text(call, "content"), user: call.actor.account.login });
        return ok({ id: state.nextId(), content: text(call, "content") }, 201);
      }),
  });
  rest.onRepository("POST /issues", {
    need: ["issues", "write"],
    handle: (call) => {
      const issue: Issue = {
        number: state.nextNumber(),
        title: text(call, "title"),
        body: text(call, "body"),
        author: call.actor.account,
        state: "open",
      };
      state.issues.push(issue);
      return ok({ ...issue, user: viewAccount(issue.author) }, 201);
    },
  });
  rest.onRepository("GET /issues", {
    need: ["issues", "read"],
    handle: (call) =>
      page(
        call,
        state.issues.map((issue) => ({ ...issue, user: viewAccount(issue.author) })),
      ),
  });
}

function createComment(state: State, call: Call): Reply {
  const issue = Number(call.param("number"));
  if (![...state.pulls, ...state.issues].some(({ number }) => number === issue)) return refuse(404, "Not Found");
  const body = text(call, "body");
  if (body.length > 65_536)
    return refuse(422, "Validation Failed", [
      { field: "body", message: "body is too long (maximum is 65536 characters)" },
    ]);
  const { actor } = call;
  const at = state.now();
  const comment: Comment = {
    id: state.nextId(),
    issue,
    user: actor.account,
    appId: "app" in actor ? actor.app.id : null,
    body,
    createdAt: at,
    updatedAt: at,
    reactions: [],
  };
  state.comments.push(comment);
  announce(state, call, { comment, action: "created" });
  return ok(viewComment(state, comment), 201);
}

function changeComment(state: State, comment: Comment, call: Call): Reply {
  // Maintainers may edit anybody's comment; an App its own.
  if (call.actor.kind !== "user" && comment.user.id !== call.actor.account.id)
    return refuse(403, "Resource not accessible by integration");
  if (text(call, "body").length > 65_536) return refuse(422, "Validation Failed");
  Object.assign(comment, { body: text(call, "body"), updatedAt: state.now() });
  announce(state, call, { comment, action: "edited" });
  return ok(viewComment(state, comment));
}

function announce(state: State, call: Call, { comment, action }: { comment: Comment; action: string }): void {
  const isPull = state.pulls.some(({ number }) => number === comment.issue);
  const issue = { number: comment.issue, ...(isPull ? { pull_request: { url: "" } } : {}) };
  state.webhooks.send("issue_comment", {
    action,
    issue,
    comment: viewComment(state, comment),
    ...viewSender(state, call.actor.account),
  });
}

function withComment(state: State, call: Call, handle: (comment: Comment) => Reply): Reply {
  const comment = state.comments.find(({ id }) => id === Number(call.param("id")));
  return comment ? handle(comment) : refuse(404, "Not Found");
}

export function addDeploymentRoutes(rest: Rest): void {
  const { state } = rest;
  rest.onRepository("POST /deployments", {
    need: ["deployments", "write"],
    handle: (call) => createDeployment(state, call),
  });
  rest.onRepository("GET /deployments", {
    need: ["deployments", "read"],
    handle: (call) => {
      const wanted = call.query("environment");
      return page(
        call,
        state.deployments.filter(({ environment }) => wanted === undefined || environment === wanted).reverse(),
      );
    },
  });
  rest.onRepository("POST /deployments/:id/statuses", {
    need: ["deployments", "write"],
    handle: (call) => {
      const deployment = state.deployments.find(({ id }) => id === Number(call.param("id")));
      if (!deployment) return refuse(404, "Not Found");
      const status = {
        id: state.nextId(),
        state: text(call, "state"),
        description: text(call, "description"),
        logUrl: text(call, "log_url"),
        createdAt: state.now(),
        creator: call.actor.account,
      };
      deployment.statuses.push(status);
      return ok(status, 201);
    },
  });
  rest.onRepository("GET /deployments/:id/statuses", {
    need: ["deployments", "read"],
    handle: (call) => page(call, state.deployments.find(({ id }) => id === Number(call.param("id")))?.statuses ?? []),
  });
}

async function createDeployment(state: State, call: Call): Promise<Reply> {
  const ref = text(call, "ref");
  const sha = (await state.git.resolve(`refs/heads/${ref}`)) ?? (await state.git.resolve(`${ref}^{commit}`));
  if (sha === null) return refuse(422, `No ref found for: ${ref}`);
  // GitHub's defaults merge the default branch into the ref and want every check green.
  if (call.body["auto_merge"] !== false) return refuse(409, "Conflict merging the default branch into the ref.");
  if (!Array.isArray(call.body["required_contexts"]) || call.body["required_contexts"].length > 0)
    return refuse(409, "Commit status checks failed for the ref.");
  const deployment: Deployment = {
    id: state.nextId(),
    ref,
    sha,
    task: text(call, "task", "deploy"),
    environment: text(call, "environment", "production"),
    description: text(call, "description"),
    creator: call.actor.account,
    createdAt: state.now(),
    statuses: [],
  };
  state.deployments.push(deployment);
  return ok(deployment, 201);
}
