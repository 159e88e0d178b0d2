/** The page of the back office: its parts at the side, the one that was chosen beside them. */

import { type ReactElement, useEffect } from "react";
import { Redirect, useLocation } from "wouter";
import { useMe } from "../session";
import { useWords } from "../words";
import { type Area, AREAS } from "./areas";
import { ShownOnce } from "./kit/once";
import { TEXTS } from "./texts";
import "./office.css";

/** The page that was looked at last; "#/office" leads there again. */
let last = "technicians";

export function Page(): ReactElement {
  const words = useWords(TEXTS);
  const { rights } = useMe();
  const [path, go] = useLocation();
  const [, , name = "", ...rest] = path.split("/");
  const may = (area: Area): boolean => area.right === undefined || rights.includes(area.right);
  const mine = AREAS.filter(may);
  const area = AREAS.find((one) => one.name === name);
  const chosen = rest.length === 0 ? null : decodeURIComponent(rest.join("/"));

  useEffect(() => {
    if (area !== undefined) last = area.name;
  }, [area]);

  if (area === undefined) {
    const known = mine.find((one) => one.name === last) ?? mine[0];
    return <Redirect to={`/office/${known?.name ?? "roles"}`} replace />;
  }
  const groups = [...new Set(mine.map((one) => one.group))];
  return (
    <div className="office">
      <nav className="office-nav" aria-label={words.say("office.nav")}>
        <h1>{words.say("office.title")}</h1>
        <label className="office-nav-short">
          <span className="visually-hidden">{words.say("office.nav")}</span>
          <select className="office-input" value={area.name} onChange={(event) => go(`/office/${event.target.value}`)}>
            {groups.map((group) => (
              <optgroup key={group} label={words.say(group)}>
                {mine.filter((one) => one.group === group).map((one) => <option key={one.name} value={one.name}>{words.say(one.title)}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
        <div className="office-nav-long">
          {groups.map((group) => (
            <section key={group}>
              <h2>{words.say(group)}</h2>
              <ul>
                {mine.filter((one) => one.group === group).map((one) => (
                  <li key={one.name}>
                    <a href={`#/office/${one.name}`} aria-current={one.name === area.name ? "page" : undefined}>{words.say(one.title)}</a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </nav>
      <div className="office-work">
        {may(area) ? area.page(chosen, words) : <div className="office-page"><p className="office-empty">{words.say("office.not-yours")}</p></div>}
      </div>
      <ShownOnce words={words} />
    </div>
  );
}
