import { mergeWhatIsDue } from "../due-merges.ts";
import { viewCheckRun, viewSender } from "../views.ts";
import type { Annotation, CheckRun, State } from "../state.ts";
import { ok, page, refuse, text, type Call, type Reply, type Rest } from "./rest.ts";

interface Output {
  title?: string;
  summary?: string;
  text?: string;
  annotations?: Annotation[];
}

/** Check runs: Apps alone write them, annotations add up, a conclusion completes. */
export function addCheckRoutes(rest: Rest): void {
  const { state } = rest;
  rest.onRepository("POST /check-runs", {
    need: ["checks", "write"],
    handle: async (call) => {
      const reply = await createCheck(state, call);
      await mergeWhatIsDue(state);
      return reply;
    },
  });
  rest.onRepository("PATCH /check-runs/:id", {
    need: ["checks", "write"],
    handle: async (call) => {
      const run = state.checkRuns.find(({ id }) => id === Number(call.param("id")));
      const reply = run ? changeCheck(state, run, call) : refuse(404, "Not Found");
      await mergeWhatIsDue(state);
      return reply;
    },
  });
  rest.onRepository("GET /check-runs/:id", {
    need: ["checks", "read"],
    handle: (call) => {
      const run = state.checkRuns.find(({ id }) => id === Number(call.param("id")));
      return run ? ok(viewCheckRun(state, run)) : refuse(404, "Not Found");
    },
  });
  rest.onRepository("GET /check-runs/:id/annotations", {
    need: ["checks", "read"],
    handle: (call) => page(call, state.checkRuns.find(({ id }) => id === Number(call.param("id")))?.annotations ?? []),
  });
  rest.onRepository("POST /check-runs/:id/rerequest", {
    need: ["checks", "write"],
    handle: (call) => {
      const run = state.checkRuns.find(({ id }) => id === Number(call.param("id")));
      if (!run) return refuse(404, "Not Found");
      run.rerequested = true;
      state.webhooks.send("check_run", {
        action: "rerequested",
        check_run: viewCheckRun(state, run),
        ...viewSender(state, call.actor.account),
      });
      return ok({}, 201);
    },
  });
  rest.onRepository("GET /commits/:ref/check-runs", {
    need: ["checks", "read"],
    handle: (call) => listChecks(state, call),
  });
}

async function createCheck(state: State, call: Call): Promise<Reply> {
  if (!("app" in call.actor)) return refuse(403, "You must authenticate via a GitHub App.");
  const headSha = text(call, "head_sha");
  if (!(await state.git.resolve(`${headSha}^{commit}`))) return refuse(422, `No commit found for SHA: ${headSha}`);
  const run: CheckRun = {
    id: state.nextId(),
    name: text(call, "name"),
    headSha,
    // GitHub Actions is another App: its checks never count as the bot's.
    appId: call.actor.app.id,
    status: "queued",
    conclusion: null,
    externalId: text(call, "external_id"),
    title: null,
    summary: null,
    text: null,
    annotations: [],
    startedAt: state.now(),
    completedAt: null,
    rerequested: false,
    detailsUrl: (call.body["details_url"] as string | undefined) ?? null,
  };
  state.checkRuns.push(run);
  const reply = changeCheck(state, run, call);
  return reply.status === 200 ? { ...reply, status: 201 } : reply;
}

function changeCheck(state: State, run: CheckRun, call: Call): Reply {
  if (!("app" in call.actor) || run.appId !== call.actor.app.id)
    return refuse(
      403,
      "Invalid app_id `undefined` - check run can only be modified by the GitHub App that created it.",
    );
  const output = (call.body["output"] ?? {}) as Output;
  run.rerequested = false;
  const wasCompleted = run.status === "completed";
  run.status = text(call, "status", run.status);
  if (typeof call.body["conclusion"] === "string")
    Object.assign(run, { status: "completed", conclusion: call.body["conclusion"] });
  if (run.status === "completed" && run.conclusion === null)
    return refuse(422, "Validation Failed", ["conclusion is required when status is completed"]);
  if (run.status !== "completed") Object.assign(run, { conclusion: null, completedAt: null });
  else run.completedAt = text(call, "completed_at", wasCompleted && run.completedAt ? run.completedAt : state.now());
  run.externalId = text(call, "external_id", run.externalId);
  run.title = output.title ?? run.title;
  run.summary = output.summary ?? run.summary;
  run.text = output.text ?? run.text;
  run.annotations.push(...(output.annotations ?? []));
  state.webhooks.send("check_run", {
    action: run.status === "completed" ? "completed" : "created",
    check_run: viewCheckRun(state, run),
    ...viewSender(state, call.actor.account),
  });
  return ok(viewCheckRun(state, run));
}

async function listChecks(state: State, call: Call): Promise<Reply> {
  const sha = await state.git.resolve(`${call.param("ref")}^{commit}`);
  if (sha === null) return refuse(422, `No commit found for SHA: ${call.param("ref")}`);
  const [name, app] = [call.query("check_name"), call.query("app_id")];
  let runs = state.checkRuns.filter(
    (run) =>
      run.headSha === sha &&
      (name === undefined || run.name === name) &&
      (app === undefined || run.appId === Number(app)),
  );
  if (call.query("filter") !== "all")
    runs = [...new Map(runs.map((run) => [`${run.appId}/${run.name}`, run])).values()];
  return page(
    call,
    [...runs].reverse().map((run) => viewCheckRun(state, run)),
    (part) => ({ total_count: runs.length, check_runs: part }),
  );
}
