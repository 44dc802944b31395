/** Functions of plain data by their names: what they take and give can be cloned, so that another thread can run them. */
export type PureFunctions = Record<string, (input: never) => unknown>;

/** What came of a call: its value, or why there is none. Only the input decides that it is too large; slow is also a busy machine. */
export type Outcome<T> = { value: T } | { failed: CallFailure };

export type CallFailure = "too-slow" | "too-large";

/** Runs pure functions on the data of strangers, so that none of them holds up the others. */
export interface PureCalls<F extends PureFunctions> {
  /** Rejects with what the function throws: that is a mistake of ours. */
  call<Name extends keyof F & string>(
    name: Name,
    input: Parameters<F[Name]>[0],
  ): Promise<Outcome<Awaited<ReturnType<F[Name]>>>>;
  /** Ends what runs, and resolves when nothing of it is left. Calls that run or wait are rejected. */
  close(): Promise<void>;
}
