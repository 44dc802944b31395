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
  close(): Promise<void>;
}

export interface TokenServerSetup {
  login: { username: string; password: string };
  seconds: number;
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
  const server = createServer((incoming, response) => {
    const token = giveToken(incoming, setup, signer);
    if (token === null) {
      response.writeHead(401).end('{"details":"incorrect username or password"}');
      return;
    }
    given.push(token.scopes);
    response.end(JSON.stringify({ token: token.jwt, expires_in: setup.seconds }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    auth: [`  token: {realm: "${realm}", service: contract, issuer: contract, rootcertbundle: ${cert}}`],
    given,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function giveToken(incoming: IncomingMessage, setup: TokenServerSetup, signer: { key: string; x5c: string }) {
  const { username, password } = setup.login;
  const login = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  if (incoming.headers.authorization !== login) return null;
  const scopes = new URL(incoming.url ?? "/", "http://token.invalid").searchParams.getAll("scope");
  const access = scopes.map((scope) => {
    const [type, name, actions] = scope.split(":") as [string, string, string];
    return { type, name, actions: actions.split(",").filter((action) => setup.allows(name).includes(action)) };
  });
  const now = Math.floor(Date.now() / 1000);
  const times = { exp: now + setup.seconds, nbf: now - 1, iat: now };
  const claims = {
    iss: "contract",
    sub: username,
    aud: "contract",
    jti: randomBytes(8).toString("hex"),
    ...times,
    access,
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part({ typ: "JWT", alg: "RS256", x5c: [signer.x5c] })}.${part(claims)}`;
  return {
    jwt: `${body}.${createSign("RSA-SHA256").update(body).sign(signer.key).toString("base64url")}`,
    scopes: scopes.join(" "),
  };
}

function bareCertificate(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, "");
}
