import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "./certificate.ts";

export interface ProxySetup {
  /** `user:password` that every request must have. */
  login?: string;
  /** Where the hosts lie that nobody else can find: port on loopback by `host:port`. */
  hosts?: Record<string, number>;
  /** Answers CONNECT with this status instead. */
  refuse?: number;
}

export interface WorldProxy {
  /** With the login in it, as HTTPS_PROXY has it. */
  url: string;
  port: number;
  /** `host:port` of each tunnel that was opened, in order. */
  tunnels: string[];
  /** `host:port` of each request that was handed on as it was. */
  requests: string[];
  /** How many were turned away for want of a login. */
  refused: number;
  close(): Promise<void>;
}

/** A forward proxy as RFC 9110 has it: CONNECT opens a tunnel (9.3.6), a request in absolute form is handed on (7.4). */
export async function startProxy({ login, hosts = {}, refuse }: ProxySetup = {}): Promise<WorldProxy> {
  const sockets = new Set<Socket>();
  const expected = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
  const seen = { tunnels: [] as string[], requests: [] as string[], refused: 0 };
  const isWelcome = ({ headers }: IncomingMessage) => {
    const fine = expected === undefined || headers["proxy-authorization"] === expected;
    if (!fine) seen.refused += 1;
    return fine;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "");
    if (!isWelcome(request)) return void response.writeHead(407, CHALLENGE).end("Proxy Authentication Required");
    seen.requests.push(url.host);
    handOn(request, response, { url, port: hosts[url.host] ?? Number(url.port || 80) });
  });
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    const target = request.url ?? "";
    client.on("error", () => client.destroy());
    if (!isWelcome(request))
      return void client.end(
        `HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: ${CHALLENGE["proxy-authenticate"]}\r\n\r\n`,
      );
    if (refuse !== undefined) return void client.end(`HTTP/1.1 ${refuse} Forbidden by policy\r\n\r\n`);
    seen.tunnels.push(target);
    const port = hosts[target];
    if (port === undefined) return void client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const far = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(far).pipe(client);
    });
    sockets.add(far);
    far.on("error", () => client.destroy());
    client.on("close", () => far.destroy());
  });
  server.on("connection", (socket) => sockets.add(socket));
  const port = await listen(server);
  return {
    ...seen,
    get refused() {
      return seen.refused;
    },
    url: `http://${login === undefined ? "" : `${login.split(":").map(encodeURIComponent).join(":")}@`}127.0.0.1:${port}`,
    port,
    close: () => closeAll(server, sockets),
  };
}

const CHALLENGE = { "proxy-authenticate": 'Basic realm="proxy"' };

function handOn(request: IncomingMessage, response: ServerResponse, { url, port }: { url: URL; port: number }): void {
  const { method = "GET" } = request;
  const own = ["proxy-authorization", "proxy-connection"];
  const kept = Object.entries(request.headers).filter(([name]) => !own.includes(name));
  const headers = { ...Object.fromEntries(kept), host: url.host };
  const far = forward({ host: "127.0.0.1", port, method, path: url.pathname + url.search, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  far.on("error", () => response.destroy());
  request.pipe(far);
}

export interface TlsFront {
  port: number;
  /** Connections so far: each must have come through a tunnel. */
  connections(): number;
  close(): Promise<void>;
}

/** https in front of a plain server on loopback. */
export async function startTlsFront({ key, cert }: Certificate, plainPort: number): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createTlsServer({ key, cert }, (client) => {
    connections += 1;
    const far = connect(plainPort, "127.0.0.1");
    for (const socket of [client, far]) sockets.add(socket);
    far.on("error", () => client.destroy());
    client.on("error", () => far.destroy());
    client.pipe(far).pipe(client);
  });
  return { port: await listen(server), connections: () => connections, close: () => closeAll(server, sockets) };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closeAll(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
