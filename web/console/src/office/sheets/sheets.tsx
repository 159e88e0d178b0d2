/** Taking sheets over: looked at first, bad cells mended where they stand, then all of it at once. And taking sheets out. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useRef, useState } from "react";
import { useLocation } from "wouter";
import { tell } from "../../notices";
import { change as send, Refused, type Shape } from "../../request";
import { useMay } from "../../session";
import { useListed, useOne } from "../kit/pages";
import { More } from "../kit/resource-list";
import { sentence } from "../kit/fields";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { type Cell, mendedCells, mendKey, stillBad } from "./mending";

type Import = Shape<"ImportShape">;
type Row = Shape<"ImportRowShape">;
const KINDS = ["technicians", "customers", "jobs"] as const;

export function ImportPage({ words, chosen }: { readonly words: OfficeWords; readonly chosen: string | null }): ReactElement {
  const [, go] = useLocation();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("technicians");
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const queries = useQueryClient();
  const listed = useListed<Import>("/api/v1/imports", { limit: 20 });

  async function upload(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    setGoing(true);
    setError(null);
    const form = new FormData();
    form.append("file", file);
    try {
      const { body } = await send<Import>("POST", `/api/v1/imports?kind=${kind}`, form);
      await queries.invalidateQueries({ queryKey: ["office"] });
      go(`/office/import/${body.id}`);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setGoing(false);
      if (input.current !== null) input.current.value = "";
    }
  }

  if (chosen !== null) return <Looked key={chosen} id={chosen} words={words} onOther={(id) => go(`/office/import/${id}`)} onClose={() => go("/office/import")} />;
  return (
    <div className="office-page">
      <header className="office-page-head"><h2>{words.say("import.title")}</h2></header>
      <p className="office-quiet">{words.say("import.about")}</p>
      <div className="office-row wrap">
        <label className="office-sub" htmlFor="office-import-kind">{words.say("import.kind")}</label>
        <select id="office-import-kind" className="office-input" value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
          {KINDS.map((one) => <option key={one} value={one}>{words.say(`sheet-kind.${one}`)}</option>)}
        </select>
        <a className="office-inline" href={`/api/v1/exports/${kind}?format=xlsx`} download>{words.say("import.example")}</a>
      </div>
      <label
        className={`office-drop${over ? " over" : ""}`}
        onDragOver={(event) => (event.preventDefault(), setOver(true))}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void upload(event.dataTransfer.files[0]);
        }}
      >
        <b>{words.say(going ? "import.looking" : "import.choose")}</b>
        <small>{words.say("import.forms")}</small>
        <input ref={input} type="file" accept=".csv,.xlsx,text/csv" disabled={going} onChange={(event) => void upload(event.target.files?.[0])} />
      </label>
      <Trouble error={error} words={words} />
      <h3>{words.say("import.before")}</h3>
      {!listed.waiting && listed.rows.length === 0 && <p className="office-empty">{words.say("import.none")}</p>}
      <ul className="office-cards">
        {listed.rows.map((one) => (
          <li key={one.id}>
            <div>
              <a href={`#/office/import/${one.id}`}><b>{one.file_name}</b></a>{" "}
              <span className={`office-mark ${one.applied_at !== null ? "good" : one.errors.length > 0 ? "ended" : "soon"}`}>{words.say(one.applied_at !== null ? "import.applied" : one.errors.length > 0 ? "import.bad" : "import.good", { count: one.errors.length })}</span>
              <p className="office-quiet">{words.say(`sheet-kind.${one.kind}`)} · {words.date(one.created_at)} {words.time(one.created_at)}</p>
            </div>
          </li>
        ))}
      </ul>
      {listed.more && <More onMore={listed.fetchMore} going={listed.fetchingMore} words={words} />}
    </div>
  );
}

function Looked({ id, words, onOther, onClose }: { readonly id: string; readonly words: OfficeWords; readonly onOther: (id: string) => void; readonly onClose: () => void }): ReactElement {
  const queries = useQueryClient();
  const found = useOne<Import>(`/api/v1/imports/${id}`);
  const made = found.data;
  const [only, setOnly] = useState<"" | "bad" | "new" | "changed" | "unchanged">("");
  const rows = useRows(id, made === undefined ? null : only === "" && made.errors.length > 0 ? "bad" : only);
  const [cells, setCells] = useState<ReadonlyMap<string, Cell>>(new Map());
  const [without, setWithout] = useState<ReadonlySet<number>>(new Set());
  const [error, setError] = useState<unknown>(null);
  const [going, setGoing] = useState(false);
  const first = useRef<HTMLDivElement>(null);

  async function act(work: () => Promise<void>): Promise<void> {
    setGoing(true);
    setError(null);
    try {
      await work();
      await queries.invalidateQueries({ queryKey: ["office"] });
    } catch (refusal) {
      setError(refusal);
    } finally {
      setGoing(false);
    }
  }

  async function lookAgain(): Promise<void> {
    const { body } = await send<Import>("POST", `/api/v1/imports/${id}/corrections`, { cells: mendedCells(cells, without), without: [...without] });
    tell(words.say(body.errors.length === 0 ? "import.all-good" : "import.still-bad", { count: body.errors.length }));
    onOther(body.id);
  }

  async function apply(): Promise<void> {
    const { body } = await send<Import>("POST", `/api/v1/imports/${id}/apply`);
    tell(words.say("import.done", { count: body.counts.new + body.counts.changed }));
  }

  if (made === undefined) return <div className="office-page"><Trouble error={found.error} words={words} again={() => void found.refetch()} /></div>;
  const mended = cells.size > 0 || without.size > 0;
  const headerOnly = made.errors.length > 0 && made.errors.every((one) => one.row === 1);
  const left = stillBad(made.errors, cells, without);
  return (
    <div className="office-page wide">
      <header className="office-page-head">
        <button type="button" className="office-icon" aria-label={words.say("kit.back")} onClick={onClose}>‹</button>
        <h2>{made.file_name}</h2>
        <span className={`office-mark ${made.applied_at !== null ? "good" : made.errors.length > 0 ? "ended" : "soon"}`}>
          {words.say(made.applied_at !== null ? "import.applied" : made.errors.length > 0 ? "import.bad" : "import.good", { count: made.errors.length })}
        </span>
      </header>
      <p>{words.say("import.counts", { created: made.counts.new, changed: made.counts.changed, unchanged: made.counts.unchanged })}</p>
      <Trouble error={error} words={words} />
      {error instanceof Refused && error.problem.errors !== undefined && <p className="office-quiet">{words.say("import.meanwhile")}</p>}
      {headerOnly && (
        <div className="office-trouble" role="alert">
          <p>{words.say("import.header")}</p>
          <ul>{made.errors.map((one) => <li key={one.column}><b>{one.column}</b> {sentence(one)}</li>)}</ul>
        </div>
      )}
      {!headerOnly && made.applied_at === null && made.errors.length > 0 && <p className="office-note at-risk">{words.say("import.mend", { count: left })}</p>}
      {made.notes.length > 0 && (
        <details className="office-fold">
          <summary>{words.say("import.notes", { count: made.notes.length })}</summary>
          <ul>{made.notes.map((one) => <li key={one.row}>{words.say("import.row", { row: one.row })} {one.value}: {sentence(one)}</li>)}</ul>
        </details>
      )}
      {!headerOnly && (
        <>
          <div className="office-row wrap">
            <select className="office-input office-filter" aria-label={words.say("import.show")} value={only === "" && made.errors.length > 0 ? "bad" : only} onChange={(event) => setOnly(event.target.value as typeof only)}>
              {(["", "bad", "new", "changed", "unchanged"] as const).filter((one) => one !== "" || made.errors.length === 0).map((one) => <option key={one} value={one}>{words.say(one === "" ? "kit.all" : `outcome.${one}`)}</option>)}
            </select>
            <span className="office-quiet">{rows.total === null ? "" : words.say("import.rows", { count: rows.total })}</span>
          </div>
          <Trouble error={rows.error} words={words} />
          <div ref={first} className="office-scroll-x office-sheet-scroll" role="region" aria-label={made.file_name} tabIndex={0}>
            <table className="office-sheet">
              <thead>
                <tr>
                  <th scope="col" className="row-number">{words.say("import.row-head")}</th>
                  {rows.columns.map((column) => <th key={column} scope="col">{column}</th>)}
                  <th scope="col"><span className="visually-hidden">{words.say("import.leave-out")}</span></th>
                </tr>
              </thead>
              <tbody>
                {rows.items.map((row) => (
                  <SheetRow key={row.row} row={row} columns={rows.columns} words={words} mayMend={made.applied_at === null} cells={cells} isOut={without.has(row.row)}
                    onCell={(cell) => setCells(new Map(cells).set(mendKey(cell), cell))}
                    onOut={(out) => { const next = new Set(without); if (out) next.add(row.row); else next.delete(row.row); setWithout(next); }} />
                ))}
              </tbody>
            </table>
          </div>
          {rows.more && <More onMore={rows.fetchMore} going={rows.fetchingMore} words={words} />}
        </>
      )}
      {made.applied_at === null && !headerOnly && (
        <footer className="office-page-foot">
          {(made.errors.length > 0 || mended) && (
            <button type="button" className={`office-button ${mended ? "main" : ""}`} disabled={!mended || going} onClick={() => void act(lookAgain)}>
              {words.say(going ? "import.looking" : "import.look-again")}
            </button>
          )}
          {made.errors.length > 0 && (
            <button type="button" className="office-button" disabled={going} onClick={() => setWithout(new Set([...without, ...made.errors.map((one) => one.row)]))}>{words.say("import.without-bad")}</button>
          )}
          <button type="button" className={`office-button ${made.errors.length === 0 && !mended ? "main" : ""}`} disabled={going || made.errors.length > 0 || mended} onClick={() => void act(apply)}>
            {words.say("import.apply", { count: made.counts.new + made.counts.changed })}
          </button>
          {made.errors.length > 0 && <span className="office-quiet">{words.say("import.all-or-nothing")}</span>}
        </footer>
      )}
      {made.applied_at !== null && <p className="office-answer">{words.say("import.applied-told", { when: `${words.date(made.applied_at)} ${words.time(made.applied_at)}` })}</p>}
    </div>
  );
}

function SheetRow({ row, columns, words, mayMend, cells, isOut, onCell, onOut }: {
  readonly row: Row;
  readonly columns: readonly string[];
  readonly words: OfficeWords;
  readonly mayMend: boolean;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly isOut: boolean;
  readonly onCell: (cell: Cell) => void;
  readonly onOut: (out: boolean) => void;
}): ReactElement {
  return (
    <tr className={isOut ? "out" : row.outcome}>
      <th scope="row" className="row-number">{row.row}</th>
      {columns.map((column) => {
        const bad = row.errors.find((one) => one.column === column);
        const mended = cells.get(mendKey({ row: row.row, column }));
        const about = `cell-${row.row}-${column}`;
        return (
          <td key={column} className={bad === undefined ? undefined : mended === undefined ? "bad" : "mended"}>
            {bad !== undefined && mayMend && !isOut ? (
              <>
                <input className="office-input" aria-label={words.say("import.cell", { row: row.row, column })} aria-invalid={mended === undefined || undefined} aria-describedby={about} value={mended?.value ?? row.cells[column] ?? ""} onChange={(event) => onCell({ row: row.row, column, value: event.target.value })} />
                <small id={about} className="office-wrong">{sentence(bad)}</small>
              </>
            ) : (
              <>
                {row.cells[column] ?? ""}
                {bad !== undefined && <small className="office-wrong">{sentence(bad)}</small>}
              </>
            )}
          </td>
        );
      })}
      <td>
        {mayMend && row.outcome === "bad" && (
          <label className="office-check"><input type="checkbox" checked={isOut} onChange={(event) => onOut(event.target.checked)} aria-label={words.say("import.leave-out-row", { row: row.row })} /> {words.say("import.leave-out")}</label>
        )}
        {row.outcome !== "bad" && <span className="office-quiet">{words.say(`outcome.${row.outcome}`)}</span>}
      </td>
    </tr>
  );
}

interface Rows {
  readonly items: readonly Row[];
  readonly columns: readonly string[];
  readonly total: number | null;
  readonly error: unknown;
  readonly more: boolean;
  readonly fetchMore: () => void;
  readonly fetchingMore: boolean;
}

function useRows(id: string, only: string | null): Rows {
  const path = `/api/v1/imports/${id}/rows`;
  const query = { limit: 100, ...(only === null || only === "" ? {} : { only }) };
  const listed = useListed<Row>(path, query, only !== null);
  const head = useOne<Shape<"ImportRowsShape">>(only === null ? null : `${path}?limit=1${only === "" ? "" : `&only=${only}`}`).data;
  return { items: listed.rows, columns: head?.columns ?? [], total: head?.total ?? null, error: listed.error, more: listed.more, fetchMore: listed.fetchMore, fetchingMore: listed.fetchingMore };
}

export function ExportPage({ words }: { readonly words: OfficeWords }): ReactElement {
  const audit = useMay("read the audit trail");
  const kinds = [...KINDS, ...(audit ? (["audit"] as const) : [])];
  return (
    <div className="office-page">
      <header className="office-page-head"><h2>{words.say("export.title")}</h2></header>
      <p className="office-quiet">{words.say("export.about")}</p>
      <ul className="office-cards">
        {kinds.map((kind) => (
          <li key={kind}>
            <div><b>{words.say(`sheet-kind.${kind}`)}</b><p className="office-quiet">{words.say(`export.${kind}`)}</p></div>
            <span className="office-row">
              <a className="office-button" href={`/api/v1/exports/${kind}?format=xlsx`} download aria-label={`${words.say(`sheet-kind.${kind}`)}, Excel`}>Excel</a>
              <a className="office-button" href={`/api/v1/exports/${kind}?format=csv`} download aria-label={`${words.say(`sheet-kind.${kind}`)}, CSV`}>CSV</a>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
