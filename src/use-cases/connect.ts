import { textAt } from "../cluster/fields.ts";
import { KINDS } from "../cluster/kinds.ts";
import { bundleName } from "../manifests/names.ts";
import type { Cluster } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import type { DatabaseUser } from "../request/request.ts";
import { listNames } from "../text/near-names.ts";
import { notReadable } from "./find-pod.ts";

/** The account of a request that somebody connects as: the one that is named, or the only one. */
export function chooseUser(users: readonly DatabaseUser[], name: string | undefined): DatabaseUser {
  const names = users.map((user) => user.name);
  const [first, second] = users;
  if (name === undefined && first !== undefined && second === undefined) return first;
  const found = users.find((user) => user.name === name?.toUpperCase() || user.name === name);
  if (found !== undefined) return found;
  if (first === undefined)
    throw new SeedbedError("no-users", "The request has no database.users, so no password is known.", {
      fix: "Add a user to the request, or connect with an account of your own: seedbed connect <db> --no-client prints the address.",
    });
  throw new SeedbedError("user-unknown", `The request has ${names.length} users: ${listNames(names)}.`, {
    fix: "Name one of them with --user.",
  });
}

/** The password that the database has of a user, out of its Secret: it is handed to the client, and shown nowhere. */
export async function readPassword(cluster: Cluster, database: string, user: DatabaseUser): Promise<string> {
  const { name, key } = user.password_secret;
  const namespace = bundleName(database);
  const secret = await cluster.get(KINDS.secret, { namespace, name });
  if (secret.state === "denied") throw notReadable(cluster, secret.why);
  const where = `Secret ${name} in namespace ${namespace}`;
  if (secret.state === "absent")
    throw new SeedbedError("secret-missing", `There is no ${where}, which has the password of ${user.name}.`, {
      fix: "Create it, or look at its ExternalSecret: kubectl describe externalsecret.",
    });
  const data = textAt(secret.value, "data", key);
  if (data === undefined)
    throw new SeedbedError("secret-key-missing", `The ${where} has no key ${key} with the password of ${user.name}.`, {
      fix: "Add the key, or name the right one in the request's password_secret.",
    });
  return requireQuotable(Buffer.from(data, "base64").toString("utf8"), where);
}

/** The container takes the first line as well, and Oracle allows no quotation mark in a password. */
function requireQuotable(text: string, where: string): string {
  const password = text.replace(/\r?\n$/, "");
  if (password !== "" && !/["\r\n\0]/.test(password)) return password;
  throw new SeedbedError(
    "password-unusable",
    `The password in the ${where} is empty, or has a quotation mark or a line end.`,
    {
      fix: "Set another password in the Secret; the database takes it over by itself.",
    },
  );
}
