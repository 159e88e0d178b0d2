/** Whole things: a customer with all that is known, a job, a visit, a technician; and what becomes of the day. */

import "./whole.css";

export { Aftermath, Proposal } from "./aftermath";
export { CustomerWhole } from "./customer-whole";
export { Detail } from "./detail";
export { Ring } from "./pieces";
