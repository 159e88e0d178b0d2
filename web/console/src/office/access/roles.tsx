/** Who may do what: the table of roles and rights, as the program itself has it. */

import { Fragment, type ReactElement } from "react";
import type { Shape } from "../../request";
import { useMe } from "../../session";
import { useOne } from "../kit/pages";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import type { OfficeKey } from "../texts";

export function RolesPage({ words }: { readonly words: OfficeWords }): ReactElement {
  const me = useMe();
  const found = useOne<Shape<"RolesShape">>("/api/v1/roles");
  const table = found.data;
  return (
    <div className="office-page">
      <header className="office-page-head"><h2>{words.say("roles.title")}</h2></header>
      <p className="office-quiet">{words.say("roles.about")}</p>
      <Trouble error={found.error} words={words} again={() => void found.refetch()} />
      {table !== undefined && (
        <div className="office-scroll-x" role="region" tabIndex={0} aria-label={words.say("roles.title")}>
          <table className="office-table plain office-roles">
            <thead>
              <tr>
                <th scope="col">{words.say("roles.right")}</th>
                {table.roles.map(({ role }) => (
                  <th key={role} scope="col" className={role === me.role ? "mine" : undefined}>{words.say(`role.${role}` as OfficeKey)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rights.map((right) => (
                <tr key={right}>
                  <th scope="row">{words.say(`right.${right}` as OfficeKey)}</th>
                  {table.roles.map(({ role, rights }) => (
                    <td key={role} className={role === me.role ? "mine" : undefined}>
                      {rights.includes(right) ? <Fragment><span aria-hidden="true">●</span><span className="visually-hidden">{words.say("kit.yes")}</span></Fragment> : <span className="visually-hidden">{words.say("kit.no")}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="office-quiet">{words.say("roles.territories")}</p>
    </div>
  );
}
