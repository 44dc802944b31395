import { createServer, type Server, type Socket } from "node:net";
import type { ClientChannel } from "ssh2";
import { messageOf, SeedbedError } from "../error.ts";
import type { Log, Tunnel } from "../ports.ts";
import type { SshConnection } from "./ssh2-connection.ts";

export interface TunnelTarget {
  /** As the SSH host sees it. */
  host: string;
  port: number;
}

/**
 * Listens on a loopback port of ours and carries each connection to `target` over SSH. The first way is opened at once,
 * so that a server that forwards nothing, or a listener that is down, shows here and not in the database driver.
 */
export async function openTunnel(connection: SshConnection, target: TunnelTarget, log?: Log): Promise<Tunnel> {
  const first = await openChannel(connection, target);
  const ends = new Set<{ destroy(): unknown }>();
  hold(ends, first);
  let spare: ClientChannel | undefined = first;
  const serve = async (socket: Socket): Promise<void> => {
    hold(ends, socket);
    const ready = spare?.readable && !spare.readableEnded ? spare : undefined;
    spare = undefined;
    const channel = ready ?? (await openChannel(connection, target));
    hold(ends, channel);
    join(socket, channel);
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    serve(socket).catch((error: Error) => {
      log?.warn(`A connection through the SSH tunnel was refused: ${error.message}`);
      socket.destroy();
    });
  });
  const port = await listen(server);
  const destroy = (): void => {
    server.close();
    for (const end of ends) end.destroy();
    ends.clear();
  };
  connection.onLost(destroy);
  return { host: "127.0.0.1", port, destroy };
}

/** Keeps what must be destroyed at once, for as long as it lives. */
function hold(ends: Set<{ destroy(): unknown }>, end: Socket | ClientChannel): void {
  ends.add(end);
  // An end that breaks takes its other half along (see join); the break itself is the user's to report.
  end.on("error", () => end.destroy());
  end.once("close", () => ends.delete(end));
}

function join(socket: Socket, channel: ClientChannel): void {
  socket.pipe(channel);
  channel.pipe(socket);
  socket.once("close", () => channel.destroy());
  channel.once("close", () => socket.destroySoon());
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return address.port;
}

// The SSH host may wait long for a listener that does not answer; its silence about one channel says nothing about the
// connection, so this has a limit of its own.
const openDeadline = 30_000;

async function openChannel(connection: SshConnection, { host, port }: TunnelTarget): Promise<ClientChannel> {
  try {
    return await requestChannel(connection, { host, port });
  } catch (error) {
    throw new SeedbedError("ssh-forward-refused", `The SSH host opens no way to ${host}:${port}: ${messageOf(error)}`, {
      fix: "Let its sshd forward to that place (AllowTcpForwarding, PermitOpen) and see whether the database's listener runs there.",
      cause: error,
    });
  }
}

async function requestChannel(connection: SshConnection, { host, port }: TunnelTarget): Promise<ClientChannel> {
  if (connection.lost) throw connection.lost;
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    reject(new Error(`no answer in ${openDeadline / 1000} s`));
  }, openDeadline);
  const forget = connection.onLost(reject);
  connection.client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
    if (error) reject(error);
    else if (late) channel.destroy();
    else resolve(channel);
  });
  return promise.finally(() => {
    clearTimeout(deadline);
    forget();
  });
}
