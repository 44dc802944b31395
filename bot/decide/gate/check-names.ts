/** The three checks that every pull request gets. */
export const CHECKS = {
  validate: "seedbed/validate",
  render: "seedbed/render",
  approval: "seedbed/dba-approval",
} as const;
