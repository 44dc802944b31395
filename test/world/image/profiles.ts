import type { DatabaseKind } from "./database/create-database.ts";
import type { ImageProfile } from "./database/instance.ts";

/** One of the base images that are imitated. */
export interface BaseImage {
  profile: ImageProfile;
  database: DatabaseKind;
  /** What the image's configuration says. */
  config: { Entrypoint?: string[]; Cmd?: string[]; User: string; WorkingDir: string; Env: string[] };
  /** Below the root, without the first slash. */
  home: string;
  /** Programs of the operating system that the image has; any other is 127. */
  tools: readonly string[];
  programs: readonly string[];
}

const COREUTILS =
  "[ base64 basename bash cat chmod chown comm cp cut date dd df dirname du env expr false find head id install ln ls mkdir mkfifo mktemp mv " +
  "nl nohup od paste printf pwd readlink realpath rm rmdir seq sha256sum sha1sum md5sum sleep sort split stat stdbuf sync tac tail tee test timeout touch tr " +
  "true truncate tty uname uniq unlink wc whoami xargs yes awk sed grep egrep fgrep gzip gunzip zcat tar sh curl kill";

const COMMON = COREUTILS.split(" ");
/** What gvenzl's build removes and Oracle's images keep. */
const UTIL_LINUX = ["flock", "setsid", "ipcs", "ps", "diff", "cmp", "hostname", "openssl", "mountpoint", "rev"];
const PROGRAMS = ["sqlplus", "impdp", "expdp", "rman", "lsnrctl", "tnslsnr", "pmon"];
/** A Java program: gvenzl's build removes the JDK and its libraries (gvenzl/oci-oracle-free, ImageDetails.md). */
const JAVA_PROGRAMS = ["orapki"];

const FREE: DatabaseKind = {
  sid: "FREE",
  pdb: "FREEPDB1",
  dbVersion: "23.26.0.0.0",
  charset: "AL32UTF8",
  timeZoneFile: 43,
  parameters: {},
};
const HOME = "opt/oracle/product/26ai/dbhomeFree";
const HOME_19 = "opt/oracle/product/19c/dbhome_1";

function path(home: string): string {
  return `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/${home}/bin:/opt/oracle`;
}

/** The images by profile name. */
export const BASE_IMAGES: Record<"gvenzl-free" | "free-26ai" | "ee-19c", BaseImage> = {
  "gvenzl-free": {
    profile: {
      name: "gvenzl-free",
      sid: "FREE",
      pdb: "FREEPDB1",
      emptyCommonPrefix: true,
      free: true,
      opensMounted: false,
    },
    // A small root: one job at a time, as the image sets it.
    database: { ...FREE, parameters: { job_queue_processes: "1" } },
    config: {
      Entrypoint: ["container-entrypoint.sh"],
      User: "oracle",
      WorkingDir: "/opt/oracle",
      Env: ["ORACLE_BASE=/opt/oracle", `ORACLE_HOME=/${HOME}`, "ORACLE_SID=FREE", "NLS_LANG=.AL32UTF8", path(HOME)],
    },
    home: HOME,
    tools: COMMON,
    programs: PROGRAMS,
  },
  "free-26ai": {
    profile: {
      name: "free-26ai",
      sid: "FREE",
      pdb: "FREEPDB1",
      emptyCommonPrefix: false,
      free: true,
      opensMounted: false,
    },
    database: { ...FREE, dbVersion: "23.26.1.0.0" },
    config: {
      Cmd: ["/bin/bash", "-c", "exec $ORACLE_BASE/$RUN_FILE"],
      User: "oracle",
      WorkingDir: "/home/oracle",
      Env: ["ORACLE_BASE=/opt/oracle", `ORACLE_HOME=/${HOME}`, "ORACLE_SID=FREE", "RUN_FILE=runOracle.sh", path(HOME)],
    },
    home: HOME,
    tools: [...COMMON, ...UTIL_LINUX],
    programs: [...PROGRAMS, ...JAVA_PROGRAMS, "dbca"],
  },
  "ee-19c": {
    profile: {
      name: "ee-19c",
      sid: "ORCLCDB",
      pdb: "ORCLPDB1",
      emptyCommonPrefix: false,
      free: false,
      opensMounted: false,
    },
    database: {
      sid: "ORCLCDB",
      pdb: "ORCLPDB1",
      dbVersion: "19.3.0.0.0",
      charset: "AL32UTF8",
      timeZoneFile: 32,
      parameters: {},
      hubLink: true,
    },
    config: {
      Cmd: ["/bin/bash", "-c", "exec $ORACLE_BASE/$RUN_FILE"],
      User: "oracle",
      WorkingDir: "/home/oracle",
      Env: ["ORACLE_BASE=/opt/oracle", `ORACLE_HOME=/${HOME_19}`, "RUN_FILE=runOracle.sh", path(HOME_19)],
    },
    home: HOME_19,
    tools: [...COMMON, ...UTIL_LINUX],
    programs: [...PROGRAMS, ...JAVA_PROGRAMS, "dbca"],
  },
};
