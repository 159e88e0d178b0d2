/** Taking an emergency in. Each step has a key that follows from the form's, so that whatever is sent again, as after a
 * lost answer or a reload, has one effect; and what was reached is written down before the next step. */

import { operationNow } from "../live";
import { change, inLanguage, Refused, type Shape } from "../request";
import type { Form, Taken, Write } from "./form";
import { titleOf } from "./form";

type JobDetail = Shape<"JobDetail">;

/** `mayPublish`: who takes it in may also give it to somebody at once, without a proposal in between. */
export async function takeIn(form: Form, write: Write, mayPublish: boolean): Promise<Taken> {
  const since = operationNow();
  const { customer, site } = await placed(form, write);
  const person = form.choice?.kind === "person" ? form.choice : null;
  const wanted = {
    customer_id: customer,
    site_id: site,
    job_type_id: form.type,
    title: titleOf(form.text),
    description: form.text.trim(),
    priority: form.priority,
    channel: "phone",
    equipment_id: form.machine,
    ...(person === null ? {} : { technician_id: person.technician, start: person.start }),
  };
  const { body } = await change<JobDetail>("POST", "/api/v1/emergencies", wanted, { key: `${form.key}-job` });
  const visit = body.visits[0]?.id ?? "";
  if (form.choice?.kind === "slot") await promise(visit, form.choice, form.key);
  // Where a visit has to give way for it, the plan that answers the emergency proposes that, and somebody decides.
  const notGiven = person !== null && person.way === undefined && mayPublish ? await give(visit, person.technician, form.key) : null;
  const { id, number, duplicate_of } = body.job;
  return { job: id, visit, number, duplicateOf: duplicate_of, choice: form.choice, ...(notGiven === null ? {} : { notGiven }), since };
}

/** The customer and the site: known, or made now. */
async function placed(form: Form, write: Write): Promise<{ readonly customer: string; readonly site: string }> {
  const { fresh, key } = form;
  let { customer, site } = form;
  if (customer === null) {
    const made = await change<Shape<"CustomerShape">>("POST", "/api/v1/customers", { name: fresh?.name.trim() }, { key: `${key}-customer` });
    customer = made.body.id;
    if (fresh !== null && fresh.phone.trim() !== "") {
      const contact = { name: fresh.name.trim(), phone: fresh.phone.trim() };
      await change("POST", `/api/v1/customers/${customer}/contacts`, contact, { key: `${key}-contact` });
    }
  }
  if (site === null) {
    const at = fresh?.at;
    const where = at == null ? {} : { lat: at.lat, lon: at.lon };
    const place = { customer_id: customer, address: fresh?.address.trim(), ...where };
    site = (await change<Shape<"SiteShape">>("POST", "/api/v1/sites", place, { key: `${key}-site` })).body.id;
  }
  // The key stays: what is sent is the same, only that more of it is known by now.
  write({ customer, site, fresh: null, customerName: form.customerName || (fresh?.name ?? ""), key });
  return { customer, site };
}

/**
 * Publish it for whom it was chosen. Where that cannot be done just now nothing is lost: the visit is pinned to them, and
 * the plan that answers the emergency is proposed. The answer: why not, null where it was done.
 */
async function give(visit: string, technician: string, key: string): Promise<string | null> {
  try {
    await change("POST", inLanguage("/api/v1/plans/today/move"), { edits: [{ visit, technician }] }, { key: `${key}-give` });
    return null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}

async function promise(visit: string, slot: { readonly earliest: string; readonly latest: string }, key: string): Promise<void> {
  const window = { earliest: slot.earliest, latest: slot.latest };
  const held = await change<Shape<"HoldShape">>("POST", `/api/v1/booking/visits/${visit}/holds`, window, { key: `${key}-hold` });
  await change("POST", `/api/v1/booking/holds/${held.body.id}/confirm`, undefined, { key: `${key}-confirm` });
}
