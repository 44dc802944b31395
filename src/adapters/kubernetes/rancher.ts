import { listAt, textAt } from "../../cluster/fields.ts";
import { readProxies } from "../../http/proxies.ts";
import type { Rancher, RancherLogin, RancherRecord } from "../../ports/rancher.ts";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import { shorten } from "../../text/shorten.ts";
import { openFetch } from "../http/fetch.ts";

export interface RancherOptions {
  environment: Record<string, string | undefined>;
  signal: AbortSignal;
}

/** Rancher's /v3 API: collections that are filtered by the query, and hold their records in `data` (rancher-docs, API reference, "Previous v3 Rancher API Guide"). */
export function openRancher(login: RancherLogin, { environment, signal }: RancherOptions): Rancher {
  const url = baseOf(login.url);
  const send = openFetch(readProxies(environment), login.ca === undefined ? {} : { ca: login.ca });
  const list = async (collection: string, query: Record<string, string>): Promise<RancherRecord[]> => {
    const address = `${url}/v3/${collection}?${new URLSearchParams(query)}`;
    const headers = { Authorization: `Bearer ${login.token}`, Accept: "application/json" };
    const answer = await send(address, { headers, signal, redirect: "error" }).catch((error: unknown) => {
      if (error instanceof SeedbedError || signal.aborted) throw error;
      throw new SeedbedError("rancher-unreachable", `Rancher at ${url} cannot be reached: ${messageOf(error)}`, {
        fix: "Check --url, and HTTPS_PROXY. An authority of your own goes into --ca-file.",
        cause: error,
      });
    });
    return readRecords(url, answer);
  };
  return {
    url,
    findClusters: (name) => list("clusters", { name }),
    listProjects: (clusterId) => list("projects", { clusterId }),
  };
}

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "https:" && url.username === "")
    return `${url.origin}${url.pathname.replace(/\/(v3\/?)?$/, "")}`;
  throw new SeedbedError("rancher-url-invalid", "--url is not the https address of a Rancher server.", {
    fix: "Write for example --url https://rancher.example; the token goes into SEEDBED_RANCHER_TOKEN.",
  });
}

async function readRecords(url: string, answer: Response): Promise<RancherRecord[]> {
  const text = await answer.text();
  if (answer.status === 401 || answer.status === 403)
    throw new SeedbedError("rancher-unauthorized", `Rancher at ${url} does not accept the token (${answer.status}).`, {
      fix: "Create a new API key in Rancher, for this cluster or without a scope, and put it into SEEDBED_RANCHER_TOKEN.",
    });
  const body = answer.ok && text.startsWith("{") ? (JSON.parse(text) as unknown) : null;
  if (textAt(body, "type") !== "collection")
    throw new SeedbedError(
      "rancher-answer",
      `Rancher at ${url} answered ${answer.status}: ${shorten(text.trim(), 120)}`,
      {
        fix: "Correct --url: this is no API of Rancher, or it is overloaded.",
      },
    );
  return listAt(body, "data").map((one) => ({ id: textAt(one, "id") ?? "", name: textAt(one, "name") ?? "" }));
}
