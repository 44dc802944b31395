/** What a step can tell its runner, as in GitHub's toolkit. */
export interface StepOutput {
  /** From now on the runner prints *** instead of it. */
  mask(secret: string): void;
  set(name: string, value: string): void;
  /** Passed to the post step as environment variable `STATE_<name>`; never a secret. */
  save(name: string, value: string): void;
  /** Markdown for the run's page. */
  summarize(markdown: string): Promise<void>;
  /** An annotation. */
  fail(text: string, title: string): void;
  /** Writes `<runner's temporary folder>/seed-result/seed-result.json` and returns its path. */
  keepResult(text: string): Promise<string>;
}
