/** How the program is doing: who leads, what waits, what failed, where travel times come from, which regions there are. */

import type { ReactElement } from "react";
import type { Shape } from "../../request";
import { useMay } from "../../session";
import { useOne } from "../kit/pages";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";

export function StatusPage({ words }: { readonly words: OfficeWords }): ReactElement {
  const mayRead = useMay("write setup");
  const found = useOne<Shape<"StatusShape">>(mayRead ? "/api/v1/status" : null);
  const regions = useOne<Shape<"RegionsShape">>("/api/v1/regions");
  const status = found.data;
  const when = (at: string | null): string => (at === null ? "–" : `${words.date(at)} ${words.time(at)}`);
  return (
    <div className="office-page">
      <header className="office-page-head">
        <h2>{words.say("status.title")}</h2>
        <button type="button" className="office-button" onClick={() => (void found.refetch(), void regions.refetch())}>{words.say("status.again")}</button>
      </header>
      {!mayRead && <p className="office-note">{words.say("status.not-yours")}</p>}
      <Trouble error={found.error} words={words} again={() => void found.refetch()} />
      {status !== undefined && (
        <>
          <p className="office-answer">
            {status.leader === null ? words.say("status.no-leader") : words.say("status.leader", { who: status.leader.worker, since: when(status.leader.since) })}{" "}
            {status.estimated_share === null ? "" : words.say("status.estimated", { share: Math.round(status.estimated_share * 100) })}
          </p>
          <section className="office-more-part">
            <h3>{words.say("status.queues")}</h3>
            <ul className="office-numbers">
              {Object.entries(status.queues).map(([name, count]) => <li key={name}><b>{count}</b> {name}</li>)}
            </ul>
          </section>
          <section className="office-more-part">
            <h3>{words.say("status.engines")}</h3>
            {status.engines.length === 0 && <p className="office-quiet">{words.say("status.no-engines")}</p>}
            <ul className="office-cards">
              {status.engines.map((one) => (
                <li key={one.name}>
                  <div>
                    <b>{one.name}</b> <span className={`office-mark ${one.state === "up" ? "good" : "ended"}`}>{words.say(one.state === "up" ? "status.up" : "status.down")}</span>
                    <p className="office-quiet">{words.say("status.engine-told", { since: when(one.since), cells: one.cells, failures: one.failures })} {one.last_error}</p>
                  </div>
                </li>
              ))}
            </ul>
          </section>
          <section className="office-more-part">
            <h3>{words.say("status.handlers")}</h3>
            <Scrolled label={words.say("status.handlers")}>
              <thead><tr><th scope="col">{words.say("name")}</th><th scope="col" className="number">{words.say("status.waiting")}</th><th scope="col" className="number">{words.say("status.failures")}</th><th scope="col" className="number">{words.say("status.parked")}</th></tr></thead>
              <tbody>{status.handlers.map((one) => <tr key={one.name}><th scope="row">{one.name}</th><td className="number">{one.waiting}</td><td className="number">{one.failures}</td><td className="number">{one.parked > 0 ? <a href="#/office/parked">{one.parked}</a> : 0}</td></tr>)}</tbody>
            </Scrolled>
          </section>
          <section className="office-more-part">
            <h3>{words.say("status.jobs")}</h3>
            <Scrolled label={words.say("status.jobs")}>
              <thead><tr><th scope="col">{words.say("name")}</th><th scope="col">{words.say("status.ran")}</th><th scope="col" className="number">{words.say("status.took")}</th><th scope="col">{words.say("status.failure")}</th></tr></thead>
              <tbody>{status.jobs.map((one) => <tr key={one.name}><th scope="row">{one.name}</th><td>{when(one.started_at)}</td><td className="number">{one.took.toFixed(2)} s</td><td>{one.failures > 0 ? `${one.failure} (${one.failures}×)` : ""}</td></tr>)}</tbody>
            </Scrolled>
          </section>
        </>
      )}
      <section className="office-more-part">
        <h3>{words.say("status.regions")}</h3>
        <Trouble error={regions.error} words={words} />
        {regions.data?.items.length === 0 && <p className="office-quiet">{words.say("status.no-regions")}</p>}
        <ul className="office-cards">
          {(regions.data?.items ?? []).map((one) => (
            <li key={`${one.name} ${one.version}`}>
              <div>
                <b>{one.name}</b> {regions.data?.used === one.version && <span className="office-mark good">{words.say("status.used")}</span>}
                <p className="office-quiet">
                  {words.say("status.region-told", { built: when(one.built_at), of: one.data_of === null ? one.extract : when(one.data_of), mb: Math.round(one.bytes / 1e6) })}
                </p>
                <p className="office-quiet">{Object.entries(one.counts).map(([name, count]) => `${name} ${Math.round(count).toLocaleString(words.language === "zh" ? "zh-CN" : "en-GB")}`).join(" · ")}</p>
                {one.notes.map((note) => <p key={note}>{note}</p>)}
              </div>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Scrolled({ label, children }: { readonly label: string; readonly children: React.ReactNode }): ReactElement {
  return (
    <div className="office-scroll-x" role="region" aria-label={label} tabIndex={0}>
      <table className="office-table plain">{children}</table>
    </div>
  );
}
