import { createServer, type Server, type Socket } from "node:net";
import type { ClientChannel } from "ssh2";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import type { Log } from "../../ports/log.ts";
import type { Tunnel } from "../../ports/source-host.ts";
import type { SshConnection } from "./connection.ts";

export interface TunnelTarget {
  /** As seen by the SSH host. */
  host: string;
  port: number;
}

/**
 * Listens on a local loopback port and forwards each connection to `target` over SSH. The first channel is opened at once,
 * so that a refused forwarding or a listener that is down is reported here instead of by the database driver.
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
    // The tunnel may have been destroyed meanwhile, and what it held with it.
    if (socket.destroyed) channel.destroy();
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

/** Tracks open streams, so that all of them can be destroyed at once. */
function hold(ends: Set<{ destroy(): unknown }>, end: Socket | ClientChannel): void {
  ends.add(end);
  // A failing stream also destroys its counterpart (see join); the user of the tunnel reports the error.
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

// The SSH host may wait long for a listener that does not respond, which does not mean that the SSH
// connection is dead, so opening a channel has a separate limit.
const openDeadline = 30_000;

async function openChannel(connection: SshConnection, { host, port }: TunnelTarget): Promise<ClientChannel> {
  try {
    return await requestChannel(connection, { host, port });
  } catch (error) {
    throw new SeedbedError(
      "ssh-forward-refused",
      `The SSH host refused to forward to ${host}:${port}: ${messageOf(error)}`,
      {
        fix: "Allow forwarding to this address in the host's sshd (AllowTcpForwarding, PermitOpen) and check that the database's listener is running there.",
        cause: error,
      },
    );
  }
}

async function requestChannel(connection: SshConnection, { host, port }: TunnelTarget): Promise<ClientChannel> {
  if (connection.lost) throw connection.lost;
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    reject(new Error(`no response within ${openDeadline / 1000} s`));
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
