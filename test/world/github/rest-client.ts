import type { GitHub } from "./github.ts";

/** An answer of the REST API: refusals are values here, people look at them. */
export interface Answer {
  status: number;
  json: Record<string, unknown>;
}

/** Calls the REST or the GraphQL API with a token; a path is one of the repository unless it says otherwise. */
export async function callRest(
  github: GitHub,
  token: string,
  [method, path, body]: [method: string, path: string, body?: unknown],
): Promise<Answer> {
  const repository = `/repos/${github.state.owner}/${github.state.name}`;
  const response = await fetch(
    `${github.url}${/^\/(?:repos|orgs|users|graphql)/.test(path) ? path : repository + path}`,
    {
      method,
      headers: { authorization: `token ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  );
  const text = await response.text();
  return { status: response.status, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
