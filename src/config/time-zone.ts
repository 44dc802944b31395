import type { Finding } from "./finding.ts";
import { suggestName } from "./near-names.ts";
import type { Steps } from "./place.ts";
import { quote } from "./quote.ts";

/** A name that the IANA data of this Node does not have; offsets such as +01:00 are refused, they know no summer time. */
export function checkTimeZone(name: string | undefined, at: Steps): Finding[] {
  if (name === undefined || isTimeZone(name)) return [];
  return [
    {
      code: "unknown-time-zone",
      at,
      what: `${quote(name)} is not a time zone`,
      why: "a name of the IANA time zone data belongs here",
      fix: suggestName(name, zoneNames(), "for example UTC or Europe/Berlin"),
    },
  ];
}

function isTimeZone(name: string): boolean {
  if (name === "UTC") return true;
  if (!/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    // Intl takes any case; other readers of the same name (cron in the container) do not.
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
