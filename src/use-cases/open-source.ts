import { explainDatabaseError } from "../export/explain-error.ts";
import type { SourceDatabase } from "../ports/source-database.ts";
import type { SourceHost, Tunnel } from "../ports/source-host.ts";
import type { SeedTask, SeedPorts } from "./seed-task.ts";

/** An open source: the files of its host, and a session on its database. */
export interface OpenSource {
  host: SourceHost;
  database: SourceDatabase;
  /** Opens another session over a new tunnel; a lost session cannot be recovered. */
  reconnect(): Promise<SourceDatabase>;
  /** Destroys every tunnel: the only way out of a call to a silent server. */
  cut(): void;
  close(): Promise<void>;
}

interface Session {
  database: SourceDatabase;
  tunnel: Tunnel;
}

/** Logs in to host and database. Throws an explained error when either refuses. */
export async function openSource(task: Pick<SeedTask, "source">, ports: SeedPorts): Promise<OpenSource> {
  ports.signal.throwIfAborted();
  const host = await ports.connectHost(task.source, ports.log);
  const sessions: Session[] = [];
  const reconnect = async () => {
    const session = await logOn(task, ports, host);
    sessions.push(session);
    return session.database;
  };
  const cut = () => {
    for (const { tunnel } of sessions) tunnel.destroy();
  };
  const close = async () => {
    for (const { database, tunnel } of sessions) {
      await database.close();
      tunnel.destroy();
    }
    await host.close();
  };
  try {
    return { host, database: await reconnect(), reconnect, cut, close };
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function logOn({ source }: Pick<SeedTask, "source">, ports: SeedPorts, host: SourceHost): Promise<Session> {
  const { listener, directory } = source;
  const tunnel = await host.forward(listener.host, listener.port);
  const cut = () => tunnel.destroy();
  // Cleaning up after a cancel logs on too, and must not be interrupted any more.
  ports.signal.addEventListener("abort", cut, { once: true });
  try {
    return { database: await ports.connectDatabase(source, tunnel), tunnel };
  } catch (error) {
    tunnel.destroy();
    const { account, nameSecrets } = ports;
    throw explainDatabaseError(error, { directory, account, ...(nameSecrets ? { nameSecrets } : {}) });
  } finally {
    ports.signal.removeEventListener("abort", cut);
  }
}
