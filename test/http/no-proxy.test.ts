import { createServer, type AddressInfo, type Server } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readProxies } from "../../src/http/proxies.ts";
import { needs } from "../need.ts";

/** A table of NO_PROXY values: which hosts are reached directly, and which by the proxy. */
const TABLE: [noProxy: string, direct: string[], proxied: string[]][] = [
  ["", [], ["one.example", "127.0.0.1", "localhost"]],
  ["*", ["one.example", "127.0.0.1"], []],
  ["one.example", ["one.example", "a.one.example", "a.b.one.example", "ONE.example"], ["two.example", "gone.example"]],
  [".one.example", ["one.example", "a.one.example"], ["gone.example"]],
  ["one.example,two.example", ["one.example", "two.example"], ["three.example"]],
  ["one.example two.example", ["one.example", "two.example"], ["three.example"]],
  [" one.example ,  two.example ", ["one.example", "two.example"], ["three.example"]],
  ["10.1.2.3", ["10.1.2.3"], ["10.1.2.30", "110.1.2.3"]],
  ["10.1.0.0/16", ["10.1.2.3", "10.1.255.255"], ["10.2.0.0", "one.example"]],
  ["localhost", ["localhost"], ["127.0.0.1"]],
  ["::1", ["[::1]"], ["[::2]"]],
];

describe("NO_PROXY", () => {
  const goesBy = (noProxy: string, url: string) =>
    readProxies({ HTTP_PROXY: "http://proxy.example:3128", NO_PROXY: noProxy }).proxyOf(new URL(url)) !== null;

  test.each(TABLE)("%j leaves out what it names", (noProxy, direct, proxied) => {
    for (const host of direct) expect([host, goesBy(noProxy, `http://${host}/`)]).toEqual([host, false]);
    for (const host of proxied) expect([host, goesBy(noProxy, `http://${host}/`)]).toEqual([host, true]);
  });

  test("a port leaves out that port only, as undici describes it, and one with a leading star is a suffix", () => {
    expect(goesBy("one.example:8080", "http://one.example:8080/")).toBe(false);
    expect(goesBy("one.example:8080", "http://a.one.example:8080/")).toBe(false);
    expect(goesBy("one.example:80", "http://one.example/")).toBe(false);
    expect(goesBy("one.example:8080", "http://one.example/")).toBe(true);
    expect(goesBy("[::1]:8080", "http://[::1]:8080/")).toBe(false);
    expect(goesBy("*.one.example", "http://a.one.example/")).toBe(false);
    expect(goesBy("[::1]", "http://[::1]/")).toBe(false);
    expect(goesBy("0.0.0.0/0", "http://10.1.2.3/")).toBe(false);
    expect(goesBy("10.0.0.0/33", "http://10.0.0.0/")).toBe(true);
    expect(goesBy("10.0.0/8", "http://10.0.0.0/")).toBe(true);
  });

  describe.skipIf(!needs("curl"))("is read as curl itself reads it", () => {
    let proxy: Server;
    let asked = 0;
    beforeAll(async () => {
      proxy = createServer((socket) => {
        asked += 1;
        socket.on("error", () => socket.destroy());
        socket.once("data", () => socket.end("HTTP/1.1 204 No Content\r\n\r\n", () => socket.destroy()));
      });
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => new Promise<void>((resolve) => void proxy.close(() => resolve())));

    test.each(TABLE)("%j", async (noProxy, direct, proxied) => {
      const { port } = proxy.address() as AddressInfo;
      for (const host of [...direct, ...proxied]) {
        const before = asked;
        // What goes directly ends at a closed port of this machine.
        const away = ["--connect-to", `${host}::127.0.0.1:1`, "--max-time", "5", "-so", "/dev/null"];
        const env = { http_proxy: `http://127.0.0.1:${port}`, NO_PROXY: noProxy, PATH: process.env["PATH"] };
        await execa("curl", [...away, "-g", `http://${host}/`], { env, extendEnv: false, reject: false });
        expect([host, asked > before]).toEqual([host, proxied.includes(host)]);
      }
    });
  });
});
