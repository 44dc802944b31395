import type { DumpCell } from "../../dump/format.ts";
import type { TableDefinition } from "./options.ts";
import { dayOf, sequence } from "./sample-numbers.ts";

const PRODUCTS = 120;
const CUSTOMERS = 400;
const ORDERS = 2000;

/** Tables of OE. */
export function orderTables(): TableDefinition[] {
  return [products(), customers(), orders(), orderItems()];
}

function products(): TableDefinition {
  const next = sequence(1);
  const rows = count(PRODUCTS, (id): DumpCell[] => [id, `Product ${id}`, 5 + next(900)]);
  return { name: "PRODUCTS", columns: ["PRODUCT_ID", "PRODUCT_NAME", "LIST_PRICE"], rows };
}

function customers(): TableDefinition {
  const next = sequence(2);
  const cities = ["Berlin", "Wien", "Zürich", "Paris", "Kraków"];
  const rows = count(CUSTOMERS, (id): DumpCell[] => [
    id,
    `Customer ${id}`,
    `customer${id}@mail.example`,
    cities[next(cities.length)]!,
  ]);
  return { name: "CUSTOMERS", columns: ["CUSTOMER_ID", "CUSTOMER_NAME", "EMAIL", "CITY"], rows };
}

function orders(): TableDefinition {
  const next = sequence(3);
  const status = ["NEW", "PAID", "SENT", "RETURNED"];
  const rows = count(ORDERS, (id): DumpCell[] => [id, 1 + next(CUSTOMERS), dayOf(next), status[next(4)]!, next(5000)]);
  return {
    name: "ORDERS",
    columns: ["ORDER_ID", "CUSTOMER_ID", "ORDERED", "STATUS", "TOTAL"],
    rows,
    partitions: ["P_OLD", "P_NEW"],
    foreignKeys: [{ name: "ORDERS_CUSTOMER_FK", column: "CUSTOMER_ID", refersTo: { owner: "OE", table: "CUSTOMERS" } }],
  };
}

function orderItems(): TableDefinition {
  const next = sequence(4);
  const rows = count(ORDERS * 2, (id): DumpCell[] => [
    Math.ceil(id / 2),
    ((id - 1) % 2) + 1,
    1 + next(PRODUCTS),
    1 + next(9),
  ]);
  return {
    name: "ORDER_ITEMS",
    columns: ["ORDER_ID", "LINE", "PRODUCT_ID", "QUANTITY"],
    rows,
    foreignKeys: [
      { name: "ITEMS_ORDER_FK", column: "ORDER_ID", refersTo: { owner: "OE", table: "ORDERS" } },
      { name: "ITEMS_PRODUCT_FK", column: "PRODUCT_ID", refersTo: { owner: "OE", table: "PRODUCTS" } },
    ],
  };
}

function count(rows: number, make: (id: number) => DumpCell[]): DumpCell[][] {
  return Array.from({ length: rows }, (_, index) => make(index + 1));
}
