import { viewRepository } from "../views.ts";
import { APP_PERMISSIONS, type Access } from "../tokens.ts";
import { ok, page, refuse, type Rest } from "./rest.ts";

/** The App itself, its installation, its tokens, and the delivery log of its webhook. */
export function addAppRoutes(rest: Rest): void {
  const { state, tokens } = rest;
  const installation = {
    id: state.app.installationId,
    app_id: state.app.id,
    app_slug: state.app.slug,
    account: { login: state.owner, id: 1, type: "Organization" },
    permissions: APP_PERMISSIONS,
    target_type: "Organization",
    repository_selection: "selected",
  };
  rest.on("GET /app", {
    need: "app",
    handle: () =>
      ok({ id: state.app.id, slug: state.app.slug, name: state.app.slug, permissions: APP_PERMISSIONS, events: [] }),
  });
  rest.on("GET /app/installations", { need: "app", handle: (call) => page(call, [installation]) });
  rest.onRepository("GET /installation", { need: "app", handle: () => ok(installation) });
  rest.on("POST /app/installations/:id/access_tokens", {
    need: "app",
    handle: (call) => {
      if (Number(call.param("id")) !== state.app.installationId) return refuse(404, "Not Found");
      const wanted = call.body["permissions"] as Record<string, Access> | undefined;
      const tooMuch = Object.entries(wanted ?? {}).find(([name, access]) => !covers(APP_PERMISSIONS[name], access));
      if (tooMuch) return refuse(422, `The permissions requested are not granted to this installation: ${tooMuch[0]}.`);
      const expires = new Date(state.clock.now() + 3_600_000).toISOString();
      return ok(
        {
          token: tokens.forInstallation(wanted ?? APP_PERMISSIONS),
          expires_at: expires,
          permissions: wanted ?? APP_PERMISSIONS,
          repository_selection: "selected",
        },
        201,
      );
    },
  });
  rest.on("GET /installation/repositories", {
    need: "anyone",
    handle: (call) => page(call, [viewRepository(state)], (repositories) => ({ total_count: 1, repositories })),
  });
  rest.on("GET /app/hook/deliveries", {
    need: "app",
    handle: (call) =>
      page(
        call,
        [...state.webhooks.deliveries].reverse().map(({ body: _body, deliveredAt, statusCode, ...delivery }) => ({
          ...delivery,
          delivered_at: deliveredAt,
          status_code: statusCode,
        })),
      ),
  });
  rest.on("POST /app/hook/deliveries/:id/attempts", {
    need: "app",
    handle: (call) => (state.webhooks.redeliver(Number(call.param("id"))) ? ok({}, 202) : refuse(404, "Not Found")),
  });
  // Its numbers come from limits.ts.
  rest.on("GET /rate_limit", { need: "anyone", handle: () => ok({}) });
}

function covers(given: Access | undefined, wanted: Access): boolean {
  return given === "write" || given === wanted;
}
