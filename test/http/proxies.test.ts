import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { openFetch } from "../../src/adapters/http/fetch.ts";
import { requireProxySupport } from "../../src/adapters/http/proxy-failure.ts";
import { connectRegistry } from "../../src/adapters/oci/registry.ts";
import { listProxySecrets, readProxies } from "../../src/http/proxies.ts";
import type { SeedbedError } from "../../src/problem/error.ts";
import { startProxy } from "../world/proxy/proxy.ts";

const PASSWORD = "canary p@ss/word%";
const LOGIN = `seeder:${encodeURIComponent(PASSWORD)}`;
const SECRETS = [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`seeder:${PASSWORD}`).toString("base64")];

type Environment = Record<string, string>;

/** The error of the same request by each of the two ways that HTTP is spoken here. */
async function failBoth(environment: Environment, host = "registry.example.test"): Promise<Error[]> {
  const signal = AbortSignal.timeout(20_000);
  const byFetch = async () => openFetch(readProxies(environment))(`https://${host}/`, { signal });
  const byRegistry = async () => {
    const retry = { attempts: 2, firstDelayMilliseconds: 1 };
    const registry = connectRegistry({ host, inputs: "base", retry, proxies: readProxies(environment) });
    try {
      await registry.check("base/free", "pull", signal);
    } finally {
      await registry.close();
    }
  };
  const fail = (way: () => Promise<unknown>) =>
    way().then(
      () => new Error("it did not fail"),
      (error: unknown) => error as Error,
    );
  return [await fail(byFetch), await fail(byRegistry)];
}

function expectSecretless(error: Error): void {
  const { fix = "" } = error as Partial<SeedbedError>;
  const text = [error.message, fix, error.stack, String((error.cause as Error | undefined)?.stack)].join("\n");
  for (const secret of SECRETS) expect(text).not.toContain(secret);
}

describe("which proxy a connection takes", () => {
  const at = (environment: Environment, url: string) => readProxies(environment).proxyOf(new URL(url))?.address;

  test("the one for its scheme, the lower-case variable first, and none where a variable is empty", () => {
    const both = { HTTPS_PROXY: "http://a.example:1", HTTP_PROXY: "https://b.example" };
    expect([at(both, "https://x.example/"), at(both, "http://x.example/")]).toEqual(["a.example:1", "b.example:443"]);
    expect(at({ ...both, https_proxy: "http://c.example" }, "https://x.example/")).toBe("c.example:80");
    expect(at({ ...both, https_proxy: "" }, "https://x.example/")).toBe("a.example:1");
    expect(at({ HTTP_PROXY: "http://b.example" }, "https://x.example/")).toBeUndefined();
    expect(at({ ...both, no_proxy: "x.example", NO_PROXY: "y.example" }, "https://y.example/")).toBe("a.example:1");
    expect(at(both, "https://localhost/")).toBe("a.example:1");
  });

  test("without a scheme it is spoken to by http, as curl does; the scheme's case does not matter", () => {
    expect(at({ HTTPS_PROXY: "proxy.example:3128" }, "https://x.example/")).toBe("proxy.example:3128");
    expect(readProxies({ HTTPS_PROXY: "HTTP://proxy.example" }).proxyOf(new URL("https://x.example"))?.url).toBe(
      "http://proxy.example/",
    );
    expect(at({ HTTPS_PROXY: " user:pw@proxy.example:3128 " }, "https://x.example/")).toBe("proxy.example:3128");
  });

  test.each([
    ["http://", "is not the URL of a proxy"],
    ["http://proxy.example:99999", "is not the URL of a proxy"],
    [`http://seeder:50%@proxy.example`, "is not the URL of a proxy"],
    [`http://${LOGIN}@proxy example`, "is not the URL of a proxy"],
    [`socks5://${LOGIN}@proxy.example:1080`, "begins with socks5://"],
    ["ftp://proxy.example", "begins with ftp://"],
  ])("%s is refused with its variable and without its value", (value, says) => {
    for (const name of ["HTTPS_PROXY", "http_proxy"]) {
      const read = () => readProxies({ [name]: value });
      expect(read).toThrow(`${name} ${says}`);
      const error = getError(read);
      expect(error).toMatchObject({ code: "proxy-invalid", fix: expect.stringContaining(`Set ${name} to http://`) });
      expectSecretless(error);
    }
    if (value.includes("@")) expect(listProxySecrets({ HTTPS_PROXY: value }).length).toBeGreaterThan(0);
  });

  test("every spelling of a password is a secret; a proxy without one has none", () => {
    const secrets = listProxySecrets({ https_proxy: `http://${LOGIN}@proxy.example` });
    for (const secret of SECRETS) expect(secrets).toContain(secret);
    expect(listProxySecrets({ HTTPS_PROXY: "http://proxy.example", HTTP_PROXY: "http://user@proxy.example" })).toEqual(
      [],
    );
  });

  test("a Node that would silently go past the proxy is refused", () => {
    const proxy = { variable: "HTTPS_PROXY" };
    for (const version of ["24.5.0", "24.21.0", "26.0.0"])
      expect(() => requireProxySupport(version, proxy)).not.toThrow();
    for (const version of ["24.4.1", "22.19.0"])
      expect(() => requireProxySupport(version, proxy)).toThrow("HTTPS_PROXY is set, but Node");
  });
});

describe("a proxy that does not let a request through", () => {
  test("for want of a login, or with a wrong one", async () => {
    const proxy = await startProxy({ login: "other:word" });
    try {
      const none = await failBoth({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
      const wrong = await failBoth({ HTTPS_PROXY: `http://${LOGIN}@127.0.0.1:${proxy.port}` });
      for (const error of [...none, ...wrong]) {
        expect(error).toMatchObject({ code: "proxy-refused", fix: expect.stringContaining("login into HTTPS_PROXY") });
        expect(error.message).toContain(
          `127.0.0.1:${proxy.port} of HTTPS_PROXY did not connect to registry.example.test:443`,
        );
        expect(error.message).toContain("407 Proxy Authentication Required");
        expectSecretless(error);
      }
      // A login that is wrong is not tried again: it could be locked.
      expect(proxy.refused).toBe(4);
    } finally {
      await proxy.close();
    }
  });

  test("for want of a login, where the request needs no tunnel", async () => {
    const proxy = await startProxy({ login: "other:word" });
    try {
      const send = openFetch(readProxies({ http_proxy: `http://${LOGIN}@127.0.0.1:${proxy.port}` }));
      const error = await send("http://api.example.test/").catch((caught: unknown) => caught as Error);
      expect(error).toMatchObject({ code: "proxy-refused", message: expect.stringContaining("of http_proxy did not") });
      expectSecretless(error as Error);
    } finally {
      await proxy.close();
    }
  });

  test("by its rules", async () => {
    const proxy = await startProxy({ refuse: 403 });
    try {
      for (const error of await failBoth({ https_proxy: proxy.url })) {
        expect(error).toMatchObject({
          code: "proxy-refused",
          fix: expect.stringContaining("allow registry.example.test:443"),
        });
        expect(error.message).toContain("of https_proxy did not connect");
        expect(error.message).toContain("403 Forbidden by policy");
      }
    } finally {
      await proxy.close();
    }
  });

  test("because it is not there", async () => {
    const gone = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => gone.once("listening", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    for (const error of await failBoth({ HTTPS_PROXY: `http://${LOGIN}@127.0.0.1:${port}` })) {
      expect(error).toMatchObject({ code: "proxy-unreachable", fix: expect.stringContaining("Correct HTTPS_PROXY") });
      expect(error.message).toContain(`127.0.0.1:${port} of HTTPS_PROXY cannot be reached: connect ECONNREFUSED`);
      expectSecretless(error);
    }
  });

  test("because nobody knows its name", async () => {
    for (const error of await failBoth({ HTTPS_PROXY: `http://${LOGIN}@proxy.invalid:3128` })) {
      expect(error).toMatchObject({ code: "proxy-unreachable", fix: expect.stringContaining("Correct HTTPS_PROXY") });
      expect(error.message).toMatch(
        /proxy\.invalid:3128 of HTTPS_PROXY cannot be reached: getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
      );
      expectSecretless(error);
    }
  });
});

function getError(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not fail");
}
