import { viewKnown } from "../view-account.ts";
import type { Activity, State } from "../state.ts";
import { refuse, type Call, type Reply, type Rest } from "./rest.ts";

const KINDS = ["push", "force_push", "branch_creation", "branch_deletion", "pr_merge", "merge_queue_merge"];

/** Who updated which branch, newest first. Pages are found by cursors: this list has no page numbers. */
export function addActivityRoutes(rest: Rest): void {
  const { state } = rest;
  rest.onRepository("GET /activity", { need: ["contents", "read"], handle: (call) => listActivity(state, call) });
}

function listActivity(state: State, call: Call): Reply {
  const kind = call.query("activity_type");
  if (call.query("page") !== undefined) return refuse(422, "Unprocessable Entity");
  if (kind !== undefined && !KINDS.includes(kind)) return refuse(422, "Unprocessable Entity");
  const ref = call.query("ref");
  const full = ref === undefined || ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
  const after = Number(call.query("after") ?? Infinity);
  const rows = state.activity
    .filter((row) => (full === undefined || row.ref === full) && (kind === undefined || row.type === kind))
    .filter(({ id }) => id < after)
    .toReversed();
  const size = Math.min(100, Math.max(1, Number(call.query("per_page") ?? 30)));
  const shown = rows.slice(0, size);
  const json = shown.map((row) => viewActivity(row));
  if (shown.length === rows.length) return { status: 200, json };
  const next = new URL(call.url);
  next.searchParams.set("after", String(shown.at(-1)!.id));
  return { status: 200, json, headers: { link: `<${next.href}>; rel="next"` } };
}

function viewActivity({ id, type, actor, ...row }: Activity) {
  return { id, node_id: "", ...row, activity_type: type, actor: viewKnown(actor) };
}
