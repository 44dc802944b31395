import { createSign, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export interface TokenServer {
  /** Lines for docker-registry's `auth:` section. */
  auth: string[];
  /** Scopes of every token that was given, joined by blanks. */
  given: string[];
  /** Every form that was posted, as oauth.md has them. */
  posted: Record<string, string>[];
  close(): Promise<void>;
}

export interface TokenServerSetup {
  login: { username: string; password: string };
  seconds: number;
  /** The OAuth2 refresh token that it exchanges; absent: a service that answers POST with 404 (oauth.md, Note). */
  refreshToken?: string;
  /** Actions that a login may have on a repository. */
  allows(repository: string): string[];
}

/** A token service as docs/spec/auth/token.md of distribution/distribution describes it: JWTs that the real registry checks. */
export async function startTokenServer(setup: TokenServerSetup): Promise<TokenServer> {
  const folder = await mkdtemp(join(tmpdir(), "token-server-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tokens"];
  await execa("openssl", [...request, "-keyout", key, "-out", cert]);
  const signer = { key: await readFile(key, "utf8"), x5c: bareCertificate(await readFile(cert, "utf8")) };
  const given: string[] = [];
  const posted: Record<string, string>[] = [];
  const server = createServer((incoming, response) => {
    void answer(incoming).then(({ status, body }) => response.writeHead(status).end(body));
  });
  const answer = async (incoming: IncomingMessage) => {
    if (incoming.method === "POST") {
      if (setup.refreshToken === undefined) return { status: 404, body: "404 page not found" };
      const form = await readForm(incoming);
      posted.push(form);
      const known = form["grant_type"] === "refresh_token" && form["refresh_token"] === setup.refreshToken;
      if (!known || form["service"] !== "contract" || !form["client_id"]) return REFUSED;
      const scopes = (form["scope"] ?? "").split(" ");
      given.push(scopes.join(" "));
      const body = { access_token: sign(scopes, setup, signer), expires_in: setup.seconds, scope: form["scope"] };
      return { status: 200, body: JSON.stringify(body) };
    }
    if (incoming.headers.authorization !== basicOf(setup.login)) return REFUSED;
    const scopes = new URL(incoming.url ?? "/", "http://token.invalid").searchParams.getAll("scope");
    given.push(scopes.join(" "));
    return { status: 200, body: JSON.stringify({ token: sign(scopes, setup, signer), expires_in: setup.seconds }) };
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    auth: [`  token: {realm: "${realm}", service: contract, issuer: contract, rootcertbundle: ${cert}}`],
    given,
    posted,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const REFUSED = { status: 401, body: '{"details":"incorrect username or password"}' };

function basicOf({ username, password }: TokenServerSetup["login"]): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

async function readForm(incoming: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  if (incoming.headers["content-type"] !== "application/x-www-form-urlencoded") return {};
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
}

/** A JWT for what the service allows of these scopes. */
function sign(scopes: string[], setup: TokenServerSetup, signer: { key: string; x5c: string }): string {
  const access = scopes.map((scope) => {
    const [type, name, actions] = scope.split(":") as [string, string, string];
    return { type, name, actions: actions.split(",").filter((action) => setup.allows(name).includes(action)) };
  });
  const now = Math.floor(Date.now() / 1000);
  const times = { exp: now + setup.seconds, nbf: now - 1, iat: now };
  const claims = {
    iss: "contract",
    sub: setup.login.username,
    aud: "contract",
    jti: randomBytes(8).toString("hex"),
    ...times,
    access,
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part({ typ: "JWT", alg: "RS256", x5c: [signer.x5c] })}.${part(claims)}`;
  return `${body}.${createSign("RSA-SHA256").update(body).sign(signer.key).toString("base64url")}`;
}

function bareCertificate(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, "");
}
