import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ControlPlane } from "../control-plane.ts";

interface Record_ {
  id: string;
  name: string;
}

/** A Rancher server with clusters and projects, in front of a real API server. */
export interface StandInRancher {
  url: string;
  token: string;
  clusters: Record_[];
  projects: (Record_ & { clusterId: string })[];
  /** Method and path of every request. */
  asked: string[];
  close(): Promise<void>;
}

/** What the collections may be filtered by here; Rancher ignores what it does not know, and this refuses it. */
const FILTERS: Record<string, string[]> = { clusters: ["name"], projects: ["clusterId", "name"] };

/**
 * GET /v3/clusters and /v3/projects are collections with `data`, filtered by equal fields; /k8s/clusters/<id>/… is the cluster's API
 * server for whoever's token Rancher accepts (rancher-docs, "Previous v3 Rancher API Guide" and "How Managing a Cluster Works").
 */
export async function startRancher(plane: ControlPlane): Promise<StandInRancher> {
  const pki = (name: string) => readFileSync(join(plane.folder, "pki", name));
  const server = createServer({ cert: pki("apiserver.crt"), key: pki("apiserver.key") }, (asked, answer) => {
    rancher.asked.push(`${asked.method} ${asked.url}`);
    answerAs(rancher, plane, { asked, answer });
  });
  const rancher: StandInRancher = {
    url: "",
    token: "token-abc12:secret",
    clusters: [],
    projects: [],
    asked: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  rancher.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return rancher;
}

interface Exchange {
  asked: IncomingMessage;
  answer: ServerResponse;
}

function answerAs(rancher: StandInRancher, plane: ControlPlane, { asked, answer }: Exchange): void {
  const reply = (status: number, body: object): void => {
    answer.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  };
  if (asked.headers.authorization !== `Bearer ${rancher.token}`)
    return reply(401, { type: "error", status: "401", message: "must authenticate" });
  const url = new URL(asked.url ?? "", rancher.url);
  const [, api, collection = "", id = ""] = url.pathname.split("/");
  if (api === "k8s" && collection === "clusters" && rancher.clusters.some((one) => one.id === id))
    return pass(plane, { asked, answer });
  if (asked.method !== "GET" || api !== "v3" || !(collection in FILTERS))
    return reply(404, { type: "error", status: "404", code: "NotFound" });
  const filters = [...url.searchParams];
  if (filters.some(([name]) => !FILTERS[collection]!.includes(name)))
    return reply(400, { type: "error", status: "400" });
  const all = (collection === "clusters" ? rancher.clusters : rancher.projects) as unknown as Record<string, string>[];
  const data = all.filter((one) => filters.every(([name, value]) => one[name] === value));
  reply(200, { type: "collection", resourceType: collection.slice(0, -1), data });
}

function pass(plane: ControlPlane, { asked, answer }: Exchange): void {
  const path = asked.url!.replace(/^\/k8s\/clusters\/[^/]+/, "");
  const headers = { ...asked.headers, authorization: `Bearer ${plane.token}` };
  const passed = request(new URL(path, plane.server), { method: asked.method, headers, ca: plane.ca }, (from) => {
    answer.writeHead(from.statusCode!, from.headers);
    from.pipe(answer);
  });
  asked.pipe(passed);
}
