import type { SourceDatabase, SourceHost } from "../ports.ts";
import type { SeedOrder, SeedPorts } from "./seed-order.ts";

/** A source that is reached: its host's files, and a session on its database. */
export interface OpenSource {
  host: SourceHost;
  database: SourceDatabase;
  close(): Promise<void>;
}

/** Logs in to host and database. A cancel destroys the tunnel: nothing else ends a call to a silent server. */
export async function openSource(order: Pick<SeedOrder, "source">, ports: SeedPorts): Promise<OpenSource> {
  const host = await ports.connectHost(order.source, ports.log);
  try {
    const { listener } = order.source;
    const tunnel = await host.forward(listener.host, listener.port);
    const database = await ports.connectDatabase(order.source, tunnel);
    const close = async () => {
      await database.close();
      tunnel.destroy();
      await host.close();
    };
    return { host, database, close };
  } catch (error) {
    await host.close();
    throw error;
  }
}
