/** The list of a resource: searched, narrowed, page after page, moved in by arrow keys. */

import { type KeyboardEvent, type ReactElement, type RefObject, useDeferredValue, useEffect, useRef } from "react";
import { ReferenceField } from "./reference";
import { useDraftKeys } from "./drafts";
import { useListed } from "./pages";
import type { Filter, Identified, OfficeWords, Resource } from "./resource";
import { Trouble } from "./trouble";

export interface Narrowed {
  readonly text: string;
  readonly by: Readonly<Record<string, string>>;
}

interface Props<Row extends Identified> {
  readonly resource: Resource<Row>;
  readonly words: OfficeWords;
  readonly chosen: string | null;
  readonly hrefOf: (id: string) => string;
  readonly narrowed: Narrowed;
  readonly onNarrow: (next: Narrowed) => void;
  readonly mayAdd: boolean;
  readonly onAdd: () => void;
  readonly search: RefObject<HTMLInputElement | null>;
}

export function ResourceList<Row extends Identified>(props: Props<Row>): ReactElement {
  const { resource, words, chosen, hrefOf, narrowed, onNarrow } = props;
  const text = useDeferredValue(narrowed.text.trim());
  const query = { ...narrowed.by, ...(resource.search !== undefined && text !== "" ? { [resource.search]: text } : {}) };
  const listed = useListed<Row>(resource.path, { limit: 100, ...query });
  const drafts = useDraftKeys();
  const local = resource.search === undefined ? text.toLowerCase() : "";
  const rows = listed.rows.filter(
    (row) => (resource.only?.(row) ?? true) && (local === "" || resource.named(row).toLowerCase().includes(local)),
  );
  const narrows = text !== "" || Object.keys(narrowed.by).length > 0;

  return (
    <section className="office-list" aria-label={words.say(resource.title)}>
      <div className="office-list-head">
        <input
          ref={props.search}
          type="search"
          className="office-input"
          aria-label={words.say("kit.search-in", { what: words.say(resource.title) })}
          placeholder={words.say("kit.search")}
          value={narrowed.text}
          onChange={(event) => onNarrow({ ...narrowed, text: event.target.value })}
        />
        {props.mayAdd && resource.add !== undefined && (
          <button type="button" className="office-button main" onClick={props.onAdd}>
            <span aria-hidden="true">+ </span>
            {words.say(resource.add)}
          </button>
        )}
      </div>
      {resource.filters !== undefined && (
        <div className="office-filters">
          {resource.filters.map((filter) => (
            <FilterField key={filter.name} filter={filter} words={words} value={narrowed.by[filter.name] ?? null} onChange={(value) => onNarrow({ ...narrowed, by: withValue(narrowed.by, filter.name, value) })} />
          ))}
        </div>
      )}
      {resource.above?.(words)}
      <Trouble error={listed.error} words={words} again={listed.again} />
      {!listed.waiting && listed.error === null && rows.length === 0 && (
        <div className="office-empty">
          <p>{words.say(narrows ? "kit.nothing-narrowed" : resource.empty)}</p>
          {narrows && (
            <button type="button" className="office-button" onClick={() => onNarrow({ text: "", by: {} })}>
              {words.say("kit.show-all")}
            </button>
          )}
        </div>
      )}
      {rows.length > 0 && (
        <div className="office-scroll" onKeyDown={moveByArrows}>
          <table className="office-table">
            <thead>
              <tr>
                {resource.columns.map((column) => (
                  <th key={column.label} scope="col" data-rank={column.rank ?? 2} className={column.numeric ? "number" : undefined}>
                    {words.say(column.label)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} data-id={row.id} aria-current={row.id === chosen || undefined} className={row.id === chosen ? "chosen" : undefined}>
                  {resource.columns.map((column, index) => (
                    <td key={column.label} data-rank={column.rank ?? 2} className={column.numeric ? "number" : undefined}>
                      {index === 0 ? (
                        <a href={hrefOf(row.id)} className="office-row-link" aria-current={row.id === chosen ? "true" : undefined}>
                          {column.show(row, words)}
                          {drafts.has(`${resource.path}/${row.id}`) && (
                            <span className="office-unsaved" title={words.say("kit.unsaved")}>
                              <span className="visually-hidden">{words.say("kit.unsaved")}</span>●
                            </span>
                          )}
                        </a>
                      ) : (
                        column.show(row, words)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {listed.more && <More onMore={listed.fetchMore} going={listed.fetchingMore} words={words} />}
        </div>
      )}
    </section>
  );
}

/** Goes on by itself when it comes into sight; a button for who does not scroll. */
export function More({ onMore, going, words }: { readonly onMore: () => void; readonly going: boolean; readonly words: OfficeWords }): ReactElement {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    const watching = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) latest.current();
    });
    if (button.current !== null) watching.observe(button.current);
    return () => watching.disconnect();
  }, []);
  return (
    <button ref={button} type="button" className="office-button office-more" disabled={going} onClick={onMore}>
      {words.say(going ? "kit.loading" : "kit.more")}
    </button>
  );
}

function FilterField({ filter, words, value, onChange }: {
  readonly filter: Filter;
  readonly words: OfficeWords;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}): ReactElement {
  const label = words.say(filter.label);
  if (filter.to !== undefined) {
    return (
      <div className="office-filter">
        <ReferenceField to={filter.to} value={value} onChange={onChange} words={words} label={label} none={label} />
        {value !== null && (
          <button type="button" className="office-icon" aria-label={words.say("kit.all-of", { what: label })} onClick={() => onChange(null)}>×</button>
        )}
      </div>
    );
  }
  return (
    <select className="office-input office-filter" aria-label={label} value={value ?? ""} onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}>
      <option value="">{label}: {words.say("kit.all")}</option>
      {(filter.options ?? []).map((one) => (
        <option key={one.value} value={one.value}>{words.say(one.label)}</option>
      ))}
    </select>
  );
}

function withValue(by: Readonly<Record<string, string>>, name: string, value: string | null): Readonly<Record<string, string>> {
  const { [name]: _, ...rest } = by;
  return value === null ? rest : { ...rest, [name]: value };
}

/** Up and down go from row to row, Home and End to the ends. */
function moveByArrows(event: KeyboardEvent<HTMLDivElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a.office-row-link")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (at < 0) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined || links[to] === undefined) return;
  event.preventDefault();
  links[to].focus();
}
