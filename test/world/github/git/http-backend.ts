import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname } from "node:path";

/** One request to the git server; `user` is who the token belongs to. */
export interface GitRequest {
  request: IncomingMessage;
  response: ServerResponse;
  /** The bare repository's folder. */
  repository: string;
  /** `/acme/databases.git/info/refs` becomes `/info/refs`. */
  pathInfo: string;
  query: string;
  user: string;
  /** Done before the answer begins: a client that has its answer finds everything in place. */
  settle?: () => Promise<void>;
}

/** Serves a request with git's own `http-backend`, as CGI. Resolves when the answer is out. */
export function serveGit(git: GitRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["http-backend"], { env: cgiEnvironment(git) });
    git.request.pipe(child.stdin);
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.resume();
    child.on("close", () => {
      (git.settle?.() ?? Promise.resolve()).then(() => {
        answer(Buffer.concat(output), git.response);
        resolve();
      }, reject);
    });
  });
}

function cgiEnvironment({ request, repository, pathInfo, query, user }: GitRequest): Record<string, string> {
  const header = (name: string) => String(request.headers[name] ?? "");
  return {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_PROJECT_ROOT: dirname(repository),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_TRANSLATED: `${repository}${pathInfo}`,
    PATH_INFO: `/${repository.slice(dirname(repository).length + 1)}${pathInfo}`,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method ?? "GET",
    CONTENT_TYPE: header("content-type"),
    ...(request.headers["content-length"] ? { CONTENT_LENGTH: header("content-length") } : {}),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    GIT_PROTOCOL: header("git-protocol"),
    REMOTE_USER: user,
    REMOTE_ADDR: "127.0.0.1",
  };
}

/** CGI output: header lines, an empty line, the body. */
function answer(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf("\r\n\r\n");
  if (end < 0) {
    response.writeHead(500).end();
    return;
  }
  writeHead(output.subarray(0, end).toString("latin1"), response);
  response.end(output.subarray(end + 4));
}

function writeHead(text: string, response: ServerResponse): void {
  let status = 200;
  for (const line of text.split("\r\n")) {
    const [name, value] = [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()];
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
