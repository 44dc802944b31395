import { decodeUtf8 } from "../text/utf8.ts";
import type { CheckedConfig } from "./checked-config.ts";
import type { RegistryLogin } from "./login.ts";

/**
 * The login of one entry below `auths`; undefined where it has none, as the `{}` that Docker leaves beside a credential
 * helper. `auth` counts before `username` and `password` (docker/cli cli/config/configfile/file.go, LoadFromReader), and
 * `identitytoken` before both: beside one, the password is empty or a stand-in. Throws with the entry's place, and never
 * quotes a value.
 */
export function readAuth(config: CheckedConfig, key: string): RegistryLogin | undefined {
  const field = (name: string) => config.text(["auths", key, name]) ?? "";
  const identityToken = field("identitytoken");
  if (identityToken !== "") return { identityToken };
  const auth = field("auth");
  if (auth !== "") return decodeAuth(auth, (what) => config.wrong(["auths", key, "auth"], what, LOG_IN_AGAIN));
  const [username, password] = [field("username"), field("password")];
  if (username === "" && password === "") return undefined;
  if (username === "") throw config.wrong(["auths", key], "has a password, but no username", LOG_IN_AGAIN);
  return { username, password };
}

const LOG_IN_AGAIN = "Log in again with docker login, which writes it anew.";

// As Go's base64.StdEncoding: padded, line ends left out.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `base64(username:password)`, as docker/cli's decodeAuth reads it. */
function decodeAuth(auth: string, wrong: (what: string) => Error): RegistryLogin {
  const packed = auth.replaceAll(/[\r\n]/g, "");
  if (!BASE64.test(packed)) throw wrong("is not base64");
  const pair = decodeUtf8(Buffer.from(packed, "base64"));
  if (pair === null) throw wrong("is not base64 of a text");
  const colon = pair.indexOf(":");
  if (colon < 1) throw wrong("is not base64 of <username>:<password>");
  // Old versions of Docker padded the password with NUL.
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1).replaceAll(/^\0+|\0+$/g, "") };
}
