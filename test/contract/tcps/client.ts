import { text } from "node:stream/consumers";
import oracledb from "oracledb";

// Connects over TLS with node-oracledb (thin): one JSON object on stdin, one JSON object of findings on stdout. In thin mode the driver takes an
// authority from Node alone, NODE_EXTRA_CA_CERTS: its wallets are for clients with a certificate of their own.

const given = JSON.parse(await text(process.stdin)) as Record<"user" | "password" | "port" | "service", string>;

const connect = (host: string) =>
  oracledb.getConnection({
    user: given.user,
    password: given.password,
    connectString: `tcps://${host}:${given.port}/${given.service}`,
  });

const refused = (host: string): Promise<string> =>
  connect(host).then(
    async (connection) => {
      await connection.close();
      return "connected";
    },
    (error: unknown) => String(error),
  );

const found: Record<string, unknown> = { thin: oracledb.thin };
try {
  const connection = await connect("localhost");
  found["rows"] = (await connection.execute("select /* many */ :n from t", [3])).rows?.length;
  await connection.close();
} catch (error) {
  found["refused"] = String(error);
}
found["other_name"] = await refused("127.0.0.1");
process.stdout.write(JSON.stringify(found));
