import type { DumpCell } from "../../dump/format.ts";
import type { SchemaDefinition, TableDefinition } from "./options.ts";
import { dayOf, sequence } from "./sample-numbers.ts";
import { orderTables } from "./sample-orders.ts";

/** HR and OE of the demo: some thousands of rows, the same on every machine. */
export function sampleSchemas(): SchemaDefinition[] {
  return [
    { name: "SYS", oracle: true, tables: [], objects: [] },
    { name: "SYSTEM", oracle: true, tables: [], objects: [] },
    {
      name: "HR",
      tables: [departments(), jobs(), employees()],
      objects: [
        { type: "VIEW", name: "EMP_DETAILS_VIEW", status: "VALID" },
        { type: "PROCEDURE", name: "OLD_PAYROLL", status: "INVALID" },
        { type: "SEQUENCE", name: "EMPLOYEES_SEQ", status: "VALID" },
        { type: "DB_LINK", name: "PAYROLL_LINK", status: "VALID", detail: { host: "payroll.example" } },
        { type: "JOB", name: "SEND_BIRTHDAY_MAILS", status: "VALID", detail: { enabled: "true" } },
      ],
    },
    {
      name: "OE",
      tables: orderTables(),
      objects: [{ type: "VIEW", name: "OPEN_ORDERS", status: "VALID" }],
    },
  ];
}

const FIRST = ["Ada", "Grace", "Linus", "Barbara", "Edsger", "Radia", "Donald", "Frances", "Ken", "Hedy"];
const LAST = ["Lovelace", "Hopper", "Meyer", "Liskov", "Schmidt", "Perlman", "Knuth", "Allen", "O'Neil", "Lamarr"];
const TITLES = ["CLERK", "ANALYST", "MANAGER", "SALES", "IT_PROG", "ACCOUNT"];

function departments(): TableDefinition {
  const names = ["Sales", "Research", "Finance", "IT", "Shipping", "Legal", "Payroll", "Board"];
  const rows = names.map((name, index): DumpCell[] => [(index + 1) * 10, name, `Floor ${index + 1}`]);
  return { name: "DEPARTMENTS", columns: ["DEPARTMENT_ID", "DEPARTMENT_NAME", "LOCATION"], rows };
}

function jobs(): TableDefinition {
  const rows = TITLES.map((id, index): DumpCell[] => [id, id.toLowerCase(), 2000 + index * 500, 8000 + index * 2000]);
  return { name: "JOBS", columns: ["JOB_ID", "JOB_TITLE", "MIN_SALARY", "MAX_SALARY"], rows };
}

function employees(): TableDefinition {
  const next = sequence(20);
  const rows = Array.from({ length: 3000 }, (_, index): DumpCell[] => {
    const [first, last] = [FIRST[next(FIRST.length)]!, LAST[next(LAST.length)]!];
    const email = `${first}.${last}.${index + 1}@corp.example`.toLowerCase().replaceAll("'", "");
    const manager = index < 10 ? null : 1 + next(10);
    return [
      index + 1,
      first,
      last,
      email,
      `+49 30 ${1_000_000 + next(8_999_999)}`,
      dayOf(next),
      TITLES[next(TITLES.length)]!,
      2500 + next(9000),
      manager,
      (1 + next(8)) * 10,
    ];
  });
  return {
    name: "EMPLOYEES",
    columns: [
      "EMPLOYEE_ID",
      "FIRST_NAME",
      "LAST_NAME",
      "EMAIL",
      "PHONE",
      "HIRED",
      "JOB_ID",
      "SALARY",
      "MANAGER_ID",
      "DEPARTMENT_ID",
    ],
    rows,
    foreignKeys: [
      { name: "EMP_DEPT_FK", column: "DEPARTMENT_ID", refersTo: { owner: "HR", table: "DEPARTMENTS" } },
      { name: "EMP_JOB_FK", column: "JOB_ID", refersTo: { owner: "HR", table: "JOBS" } },
    ],
  };
}
