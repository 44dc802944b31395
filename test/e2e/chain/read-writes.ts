/** What a trace says was written, and where to. */
export interface Writes {
  /** Path of a regular file to bytes. */
  files: Map<string, number>;
  /** Bytes to sockets and pipes. */
  sockets: number;
  /** Calls that may write without being counted here. */
  other: string[];
}

const WRITE = /\b(write|pwrite64|writev|pwritev|pwritev2)\((\d+)<([^>]*)>.*\)\s+= (\d+)$/;
const UNFINISHED = /\b(write|pwrite64|writev|pwritev|pwritev2)\((\d+)<([^>]*)>.*<unfinished \.\.\.>$/;
const RESUMED = /<\.\.\. (write|pwrite64|writev|pwritev|pwritev2) resumed>.*\)\s+= (\d+)$/;

/** Reads the output of `strace -f -y -s 0 -o file`: one line per call, `pid call(fd<path>, …) = result`. */
export function readWrites(trace: string): Writes {
  const writes: Writes = { files: new Map(), sockets: 0, other: [] };
  const waiting = new Map<string, string>();
  for (const line of trace.split("\n")) {
    const [pid = ""] = line.split(" ");
    const begun = UNFINISHED.exec(line);
    if (begun) waiting.set(pid, begun[3]!);
    const whole = WRITE.exec(line);
    const resumed = RESUMED.exec(line);
    if (whole) count(writes, whole[3]!, Number(whole[4]));
    else if (resumed) count(writes, waiting.get(pid)!, Number(resumed[2]));
    else if (mayWrite(line)) writes.other.push(line);
  }
  return writes;
}

function count(writes: Writes, target: string, bytes: number): void {
  if (!target.startsWith("/")) writes.sockets += bytes;
  else if (!/^\/(dev|proc|sys)\//.test(target)) writes.files.set(target, (writes.files.get(target) ?? 0) + bytes);
}

/** A file that is mapped for shared writing, and calls that move bytes between descriptors or in the kernel's own queue. */
function mayWrite(line: string): boolean {
  // libuv's ring of 256 entries batches epoll_ctl; the one for files polls its queue (libuv, src/unix/linux.c).
  if (/\bio_uring_setup\(256, /.test(line)) return line.includes("IORING_SETUP_SQPOLL");
  if (/\bmmap\(.*PROT_WRITE.*MAP_SHARED\b.*<\//.test(line)) return true;
  return /\b(sendfile|copy_file_range|splice|io_uring_setup)\(/.test(line) && !/= -1 /.test(line);
}
