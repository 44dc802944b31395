import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../../need.ts";
import { startClosedNetwork, type ClosedNetwork } from "./network.ts";

describe.skipIf(!needs("openssl") || !needs("curl"))("the simulated proxy, asked by curl", () => {
  let server: Server;
  let network: ClosedNetwork;
  beforeAll(async () => {
    server = createServer((request, response) => response.end(`hello ${request.headers.host}`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    network = await startClosedNetwork({ "one.example.test": port }, { login: "ada:p@ss" });
  });
  afterAll(async () => {
    await network.close();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const curl = (...args: string[]) => execa("curl", ["-sS", "--cacert", network.caPath, ...args], { reject: false });

  test("opens a tunnel to a host that only it knows", async () => {
    const { stdout, stderr } = await curl("-x", network.proxy.url, "https://one.example.test/");
    expect([stdout, stderr]).toEqual(["hello one.example.test", ""]);
    expect(network.proxy.tunnels).toEqual(["one.example.test:443"]);
  });

  test("hands a request without a tunnel on as it is", async () => {
    const { port } = server.address() as AddressInfo;
    expect((await curl("-x", network.proxy.url, `http://127.0.0.1:${port}/`)).stdout).toBe(`hello 127.0.0.1:${port}`);
    expect(network.proxy.requests).toEqual([`127.0.0.1:${port}`]);
  });

  test("refuses who has no login, and hosts that are not there; without it nobody finds the host", async () => {
    const bare = `http://127.0.0.1:${network.proxy.port}`;
    expect((await curl("-x", bare, "https://one.example.test/")).stderr).toContain("407");
    expect((await curl("-x", network.proxy.url, "https://two.example.test/")).stderr).toContain("502");
    expect((await curl("https://one.example.test/")).stderr).toContain("Could not resolve host");
    expect(network.connections()).toEqual({ "one.example.test": 1 });
  });
});
