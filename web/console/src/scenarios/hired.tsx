/** People who are hired: whom they are like, and the way into the office, where somebody enters who they are. */

import { type ReactElement, useState } from "react";
import { useLocation } from "wouter";
import { draftAlike } from "../office/people/alike";
import { Button, Problem } from "../pieces";
import type { Shape } from "../request";
import { useSpeaker } from "./use-speaker";

export function Hired({ alike, since, mayWrite }: {
  readonly alike: Shape<"AlikeShape">;
  readonly since: string;
  readonly mayWrite: boolean;
}): ReactElement {
  const { words } = useSpeaker();
  const [, go] = useLocation();
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const comma = words.language === "zh" ? "、" : ", ";
  const day = new Intl.DateTimeFormat(words.language === "zh" ? "zh-CN" : "en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const enter = async (): Promise<void> => {
    setDoing(true);
    setError(null);
    try {
      go(await draftAlike(alike.technician));
    } catch (refused) {
      setError(refused);
      setDoing(false);
    }
  };
  const skills = Object.entries(alike.skills).map(([skill, level]) => `${skill} ${level}`);
  return (
    <>
      <dl className="scenarios-alike">
        <dt>{words.say("scenarios.hired.territory")}</dt>
        <dd>{alike.territory === "" ? words.say("scenarios.hired.none") : alike.territory}</dd>
        <dt>{words.say("scenarios.hired.skills")}</dt>
        <dd>{skills.length === 0 ? words.say("scenarios.hired.none") : skills.join(comma)}</dd>
        <dt>{words.say("scenarios.hired.base")}</dt>
        <dd>{words.say("scenarios.hired.as", { name: alike.name })}{alike.base_address !== "" && ` (${alike.base_address})`}</dd>
        <dt>{words.say("scenarios.hired.shifts")}</dt>
        <dd>
          {alike.shifts.length === 0
            ? words.say("scenarios.hired.no-shifts", { name: alike.name })
            : alike.shifts.map((one) => `${day.format(new Date(`${one.date}T00:00:00Z`))} ${one.start}–${one.end}`).join(comma)}
        </dd>
      </dl>
      {mayWrite ? (
        <div className="scenarios-buttons">
          <Button icon="plus" waiting={doing} onPress={() => void enter()}>
            {words.say("scenarios.hired.enter", { name: alike.name })}
          </Button>
          <Button onPress={() => go(`/office/roster/${since}`)}>{words.say("scenarios.hired.roster")}</Button>
        </div>
      ) : (
        <p className="scenarios-muted">{words.say("scenarios.hired.may-not")}</p>
      )}
      <p className="scenarios-muted">
        {words.say("scenarios.hired.about")} {alike.count > 1 && words.say("scenarios.hired.each", { count: alike.count })}
      </p>
      <Problem error={error} compact />
    </>
  );
}
