import { once } from "node:events";
import { connect } from "node:net";
import type { AcceptConnection, RejectConnection, ServerChannel, Session, TcpipRequestInfo } from "ssh2";
import type { HostState, Line } from "./state.ts";
import { openSshReadLimit, SftpSession } from "./sftp-server.ts";
import { Packets } from "./sftp-wire.ts";

/** One session channel: SFTP or nothing. */
export function serveSession(session: Session, line: Line, state: HostState): void {
  line.sessions += 1;
  const refuse = (what: string) => (_accept: unknown, reject?: () => void) => {
    state.refuse(what);
    reject?.();
  };
  session.on("exec", refuse("exec"));
  session.on("shell", refuse("shell"));
  session.on("pty", refuse("pty"));
  session.on("x11", refuse("x11"));
  session.on("subsystem", (accept, reject, { name }) => {
    if (name === "sftp" && !state.faults.noSftp) void serveSftp(accept(), line, state);
    else refuse(`subsystem ${name}`)(accept, reject);
  });
}

async function serveSftp(channel: ServerChannel, line: Line, state: HostState): Promise<void> {
  const session = new SftpSession({
    folders: state.world.folders,
    readLimit: () => Math.min(openSshReadLimit, state.faults.readLimit),
    closeFails: () => state.faults.closeFails,
    statvfs: () => !state.faults.noStatvfs,
    mayServe: async (bytes) => mayServe(bytes, line, state),
    refuse: state.refuse,
  });
  channel.on("error", () => channel.destroy());
  try {
    // One request after the other, as sftp-server works.
    for await (const packet of requests(channel)) await reply(channel, await session.answer(packet));
  } catch {
    // A packet that cannot be read ends the session, as it ends sftp-server.
    channel.destroy();
  } finally {
    line.sessions -= 1;
    await session.close();
    if (channel.writable) channel.end();
  }
}

async function* requests(channel: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const packets = new Packets();
  for await (const bytes of channel) yield* packets.take(bytes);
}

async function reply(channel: ServerChannel, answer: Buffer | null): Promise<void> {
  if (answer === null || !channel.writable) return;
  if (!channel.write(answer)) await Promise.race([once(channel, "drain"), once(channel, "close")]);
}

function mayServe(bytes: number, line: Line, { faults, counters }: HostState): boolean {
  if (line.silent) return false;
  line.served += bytes;
  if (reached(faults.cutAfterBytes, line.served)) {
    line.silent = true;
    line.socket.destroy();
    return false;
  }
  line.silent = reached(faults.stallAfterBytes, line.served);
  if (!line.silent) counters.bytes_read += bytes;
  return !line.silent;
}

/** Takes the first limit off the list when it is reached: each fault happens once. */
function reached(limits: number[], served: number): boolean {
  const [limit] = limits;
  if (limit === undefined || served < limit) return false;
  limits.shift();
  return true;
}

interface ForwardRequest {
  accept: AcceptConnection<ServerChannel>;
  reject: RejectConnection;
  info: TcpipRequestInfo;
}

/** direct-tcpip to an allowed place, as with PermitOpen. */
export function forwardRequest({ accept, reject, info }: ForwardRequest, state: HostState): void {
  const place = `${info.destIP}:${info.destPort}`;
  const port = state.world.forwardTargets?.[place];
  if (port === undefined) {
    state.refuse(`way to ${place}`);
    return reject();
  }
  const target = connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
  target.once("error", () => reject());
  target.once("connect", () => {
    const channel = accept();
    target.pipe(channel).pipe(target);
    target.on("error", () => channel.destroy());
    channel.on("error", () => target.destroy());
    channel.once("close", () => target.destroy());
    target.once("close", () => channel.end());
  });
}
