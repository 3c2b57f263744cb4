export { renderTable } from "./renderTable.ts";
