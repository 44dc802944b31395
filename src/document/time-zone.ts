import type { Finding } from "./finding.ts";
import { suggestName } from "../text/near-names.ts";
import type { Steps } from "./place.ts";
import { quote } from "../text/quote.ts";

/** Finds names that are not in the IANA data of this Node. Offsets such as +01:00 are refused: they have no daylight-saving time. */
export function checkTimeZone(name: string | undefined, at: Steps): Finding[] {
  if (name === undefined || isTimeZone(name)) return [];
  return [
    {
      code: "unknown-time-zone",
      at,
      what: `${quote(name)} is not a time zone`,
      why: "expected a name from the IANA time zone database",
      fix: suggestName(name, zoneNames(), "for example UTC or Europe/Berlin"),
    },
  ];
}

function isTimeZone(name: string): boolean {
  if (name === "UTC") return true;
  if (!/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    // Intl ignores case; other readers of the same name (cron in the container) do not.
    const known = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    return known.toLowerCase() !== name.toLowerCase() || known === name;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function zoneNames(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")];
}
