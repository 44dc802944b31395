import { threadId } from "node:worker_threads";

/** What a thread may be asked to do in the tests: what ends well, and what does not. */
export const SAMPLE_FUNCTIONS = {
  double: (input: { numbers: number[] }) => ({ numbers: input.numbers.map((number) => number * 2) }),
  /** Which thread ran it; busy for so long. */
  whereAfter: (milliseconds: number) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return threadId;
  },
  loop: (): never => {
    for (;;);
  },
  /** A regular expression that tries 2^n ways. */
  backtrack: (text: string) => /^(a+)+$/.test(text),
  growList: (): number => {
    const lists: number[][] = [];
    for (;;) lists.push(Array.from({ length: 1000 }, (_, index) => index + lists.length));
  },
  growText: (): number => {
    const texts = new Map<number, string>();
    for (let count = 0; ; count += 1) texts.set(count, `${count}`.padEnd(100_000, String(count)));
  },
  longText: () => "a".repeat(2 ** 30).length,
  recurse: (depth: number): number => SAMPLE_FUNCTIONS.recurse(depth + 1) + 1,
  fail: (): never => {
    throw new TypeError("This function has a mistake.");
  },
  giveFunction: () => ({ cannot: () => "be cloned" }),
  environment: () => Object.keys(process.env),
};
