/** Somebody new who is like somebody who is there: all of the form is filled in but who they are. */

import { ask, type Shape } from "../../request";
import { keepDraft, newAt } from "../kit/drafts";

const PATH = "/api/v1/technicians";

/** Leaves it as a draft of the office's form; the page to go to. */
export async function draftAlike(id: string): Promise<string> {
  const { technician, skills } = await ask<Shape<"TechnicianDetail">>(`${PATH}/${id}`);
  const { territory_id, base_address, base_lat, base_lon, profile, pace, capacity, costs, senior } = technician;
  // A certificate belongs to a person; the level is what is looked for.
  const looked = skills.map(({ skill, level }) => ({ skill, level, certificate: "", valid_until: null }));
  const own = { name: "", phone: null, email: null, external_id: null, active: true };
  keepDraft(newAt(PATH), { base: null, values: { ...own, territory_id, base_address, base_lat, base_lon, profile, pace, capacity, costs, senior, skills: looked } });
  return "/office/technicians/new";
}
