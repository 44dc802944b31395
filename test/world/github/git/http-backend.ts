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
  /** Done before the answer ends: a client that has its answer finds everything in place. */
  settle?: () => Promise<void>;
}

/** Serves a request with git's own `http-backend`, as CGI. Resolves when the answer is out. */
export function serveGit(git: GitRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["http-backend"], { env: cgiEnvironment(git) });
    git.request.pipe(child.stdin);
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    answer(child.stdout, git.response);
    child.stderr.resume();
    child.on("close", () => {
      (git.settle?.() ?? Promise.resolve()).then(() => {
        git.response.end();
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
function answer(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head: Buffer | null = Buffer.alloc(0);
  output.on("data", (chunk: Buffer) => {
    if (head === null) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    writeHead(head.subarray(0, end).toString("latin1"), response);
    response.write(head.subarray(end + 4));
    head = null;
  });
  output.on("end", () => {
    if (head !== null) response.statusCode = 500;
  });
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
