import { writeFileSync, renameSync } from "node:fs";
import { connect, type AddressInfo } from "node:net";
import { createServer, type SecureContextOptions, type TLSSocket } from "node:tls";
import { renderRefuse } from "../../oracle/tns/listener.ts";
import { servicesAreRegistered } from "../database/registration.ts";
import { endpointsFile, readListenerWorld, readTlsEndpoint, type TlsEndpoint } from "./listener-ora.ts";
import { containerRoot } from "./surroundings.ts";
import { readAutoLogin } from "./wallet.ts";

// The listener's process where listener.ora has an endpoint for TLS: it serves the certificate of its wallet, and hands what comes
// in to the server behind it. The wallet is read once, at the start: a reload keeps the old one (configTcps.sh in oracle/docker-images).

const root = containerRoot();
const world = readListenerWorld(root);

/** Without an auto-login wallet that has a certificate, and with a PKCS#12 file of openssl's, it is TNS-00540. */
function credentials({ wallet }: TlsEndpoint): SecureContextOptions | null {
  const entry = wallet === null ? null : readAutoLogin(wallet)?.entry;
  return entry ? { pfx: Buffer.from(entry.pfx, "base64"), passphrase: entry.passphrase } : null;
}

function say(text: string): void {
  writeFileSync(`${endpointsFile(root)}.new`, text);
  renameSync(`${endpointsFile(root)}.new`, endpointsFile(root));
}

/** A service that has not registered is not known; sessions are those of the server that a test put behind this listener. */
function serve(socket: TLSSocket): void {
  socket.on("error", () => socket.destroy());
  const registered = servicesAreRegistered(root);
  if (registered && world.server !== undefined) {
    const server = connect(world.server, "127.0.0.1");
    server.on("error", () => socket.destroy());
    socket.pipe(server).pipe(socket);
    return;
  }
  socket.once("data", () => {
    const body = renderRefuse(12514);
    const head = Buffer.alloc(8);
    head.writeUInt16BE(8 + body.length, 0);
    head.writeUInt8(4, 4);
    socket.end(Buffer.concat([head, body]));
  });
}

function listen(endpoint: TlsEndpoint): void {
  const found = credentials(endpoint);
  if (found === null && world.lateWallet !== true) {
    say(
      `Error listening on: (ADDRESS=(PROTOCOL=TCPS)(HOST=0.0.0.0)(PORT=${endpoint.port}))\nTNS-12560: TNS:protocol adapter error\n TNS-00540: SSL protocol adapter failure\n`,
    );
    process.exitCode = 1;
    return;
  }
  const server = createServer(found ?? {}, serve);
  server.on("tlsClientError", (_, socket) => socket.destroy());
  server.listen(world.port ?? endpoint.port, "0.0.0.0", () => {
    const { port } = server.address() as AddressInfo;
    say(`  (DESCRIPTION=(ADDRESS=(PROTOCOL=tcps)(HOST=0.0.0.0)(PORT=${port})))\n`);
  });
}

listen(readTlsEndpoint(root, process.env["ORACLE_HOME"]!)!);
