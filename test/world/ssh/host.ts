import { createServer, type Socket } from "node:net";
import type { Connection, ParsedKey } from "ssh2";
import { loadSsh2 } from "../../../src/adapters/ssh/load.ts";
import { admit } from "./login.ts";
import { generateKeys } from "./keys.ts";
import { forwardRequest, serveSession } from "./serve-session.ts";
import type { HostState, SshCounters, SshFaults, SshHostWorld } from "./state.ts";

export interface SshWorldHost {
  port: number;
  /** The public key as the settings list it. */
  hostKey: string;
  counters: SshCounters;
  /** One text for each thing that was refused. */
  refusals: string[];
  faults: SshFaults;
  /** TCP connections that are open now. */
  openSockets(): number;
  /** Cuts every connection that is open now. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** An SSH host on a loopback port: public keys, SFTP for reading and deleting, chosen ways, nothing else. */
export async function startSshHost(world: SshHostWorld): Promise<SshWorldHost> {
  const { Server, utils } = await loadSsh2();
  const hostKey = world.hostKey ?? (await generateKeys());
  const state = createState(
    world,
    world.authorizedKeys.map((line) => readKey(utils.parseKey(line))),
  );
  const otherKey = await generateKeys();
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (state.faults.closedEarly > 0) {
      state.faults.closedEarly -= 1;
      socket.destroy();
      return;
    }
    const shown = state.faults.wrongHostKey ? otherKey : hostKey;
    const server = new Server({ hostKeys: [shown.private], ident: "OpenSSH_9.2p1 seedbed-world" });
    server.on("connection", (connection) => serveConnection(connection, socket, state));
    server.injectSocket(socket);
  };
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const listener = createServer({ noDelay: true }, accept);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return {
    port: address.port,
    hostKey: hostKey.public.split(" ").slice(0, 2).join(" "),
    counters: state.counters,
    refusals: state.refusals,
    faults: state.faults,
    openSockets: () => sockets.size,
    dropConnections,
    close: async () => {
      dropConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function readKey(parsed: ParsedKey | Error): ParsedKey {
  if (parsed instanceof Error) throw parsed;
  return parsed;
}

function createState(world: SshHostWorld, authorized: ParsedKey[]): HostState & { refusals: string[] } {
  const refusals: string[] = [];
  const counters = { connections: 0, refused: 0, bytes_read: 0 };
  const faults: SshFaults = {
    cutAfterBytes: [],
    stallAfterBytes: [],
    readLimit: Number.POSITIVE_INFINITY,
    sessions: 10,
    wrongHostKey: false,
    noStatvfs: false,
    noSftp: false,
    closedEarly: 0,
    closeFails: false,
    ...world.faults,
  };
  const refuse = (what: string): void => {
    counters.refused += 1;
    refusals.push(what);
  };
  return { world, authorized, faults, counters, refusals, refuse };
}

function serveConnection(connection: Connection, socket: Socket, state: HostState): void {
  // A client that breaks the protocol or leaves ends its own connection only.
  connection.on("error", () => socket.destroy());
  const line = { socket, served: 0, silent: false, sessions: 0 };
  let tries = 0;
  connection.on("authentication", (context) => {
    tries += 1;
    admit(context, state, tries);
  });
  connection.on("ready", () => (state.counters.connections += 1));
  connection.on("session", (accept, reject) => {
    if (line.sessions >= state.faults.sessions) {
      state.refuse("a session above MaxSessions");
      reject();
    } else serveSession(accept(), line, state);
  });
  connection.on("tcpip", (accept, reject, info) => forwardRequest({ accept, reject, info }, state));
}
