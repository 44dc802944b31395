import { makeCertificate } from "./certificate.ts";
import { startProxy, startTlsFront, type ProxySetup, type WorldProxy } from "./proxy.ts";

/** A network whose hosts only its proxy can find: whatever goes past the proxy fails. */
export interface ClosedNetwork {
  proxy: WorldProxy;
  /** The certificate of its hosts. */
  caPath: string;
  ca: string;
  /** Connections that each host got, all of which came through tunnels. */
  connections(): Record<string, number>;
  close(): Promise<void>;
}

/** `hosts`: the loopback port of the plain server behind each https name. */
export async function startClosedNetwork(
  hosts: Record<string, number>,
  setup: Omit<ProxySetup, "hosts"> = {},
): Promise<ClosedNetwork> {
  const names = Object.keys(hosts);
  const certificate = await makeCertificate(names);
  const fronts = await Promise.all(names.map((name) => startTlsFront(certificate, hosts[name]!)));
  const ports = Object.fromEntries(names.map((name, index) => [`${name}:443`, fronts[index]!.port]));
  const proxy = await startProxy({ ...setup, hosts: ports });
  return {
    proxy,
    caPath: certificate.path,
    ca: certificate.cert,
    connections: () => Object.fromEntries(names.map((name, index) => [name, fronts[index]!.connections()])),
    close: async () => {
      await proxy.close();
      await Promise.all(fronts.map((front) => front.close()));
      await certificate.remove();
    },
  };
}
