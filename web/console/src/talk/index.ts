/** What is said about a job: notes, messages with technicians, what the customer was told. */

export { Conversation } from "./conversation";
export { Talk } from "./talk";
