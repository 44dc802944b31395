/** One entry of NO_PROXY. */
export interface Exemption {
  /** A lower-case host name or address; everything below a name belongs to it. Empty for every host. */
  host: string;
  /** null for every port. */
  port: number | null;
}

/**
 * Reads NO_PROXY as curl(1) describes it: names divided by commas or spaces, each for itself and all names below it, with or without
 * a leading dot; `*` for every host; IPv4 blocks such as `10.0.0.0/8`. A port, which curl does not know, as in undici: `host:8443`.
 */
export function readExemptions(text: string): Exemption[] {
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(isBareIpv6(entry) ? `[${entry}]` : entry)!;
      const host = name.replace(/^\*?\./, "").replace(/\.$/, "");
      return { host: host === "*" ? "" : host, port: port === undefined ? null : Number(port) };
    });
}

/** Whether a URL's host needs no proxy. */
export function isExempt(exemptions: readonly Exemption[], url: URL): boolean {
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  return exemptions.some((one) => (one.port ?? port) === port && covers(one.host, host));
}

function covers(exempt: string, host: string): boolean {
  if (exempt === "" || exempt === host) return true;
  const address = addressOf(host);
  if (address === null) return host.endsWith(`.${exempt}`);
  const [base = "", bits] = exempt.split("/");
  const block = addressOf(base);
  if (block === null || bits === undefined || !/^\d+$/.test(bits) || Number(bits) > 32) return false;
  // Shifting by 32 would shift by nothing.
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(block / size);
}

/** An IPv4 address as a number; null for anything else. URLs have them in this form only. */
function addressOf(host: string): number | null {
  const parts = /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? host.split(".").map(Number) : null;
  return parts === null || parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** URLs have brackets around them, NO_PROXY usually not. */
function isBareIpv6(entry: string): boolean {
  return /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/.test(entry);
}
