export type Flavor = "19c" | "23ai";

/** What a release announces, and with it how both sides talk from then on. */
export interface Release {
  /** Highest protocol version of Oracle Net. */
  protocolVersion: number;
  /** ACCEPT's second flags: fast authentication and flagged ends of responses. */
  acceptFlags: number;
  /** Gates single fields of many messages. */
  fieldVersion: number;
  /** As AUTH_VERSION_NO carries it: version, release, update in one number. */
  versionNumber: number;
  /** Text of ORA-01017, which changed with 23ai. */
  deniedText: string;
}

/** From this protocol version on, a response may end with a flag and a byte of its own. */
export const FLAGGED_RESPONSES_SINCE = 319;

/** The classic negotiation of three round trips, and the one of current servers. */
export const RELEASES: Readonly<Record<Flavor, Release>> = {
  "19c": {
    protocolVersion: 318,
    acceptFlags: 0,
    fieldVersion: 12,
    versionNumber: (19 << 24) | (25 << 16),
    deniedText: "ORA-01017: invalid username/password; logon denied",
  },
  "23ai": {
    protocolVersion: FLAGGED_RESPONSES_SINCE,
    acceptFlags: 0x1200_0000,
    fieldVersion: 24,
    versionNumber: (23 << 24) | (26 << 16) | (1 << 12),
    deniedText: "ORA-01017: invalid credential or not authorized; logon denied",
  },
};
