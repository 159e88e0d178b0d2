/** Saved views: a filter and panes with a name, of one's own or for everybody. */

import { type FormEvent, type ReactElement, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { tell } from "../notices";
import { Button, Check, Field, Icon, IconButton, Opening, Problem, Waiting } from "../pieces";
import { deleteView, EVERYTHING, filterNow, type SavedView, saveView, setFilter, useReadViewsAgain, useViews } from "../select";
import { useWords } from "../words";
import { panesNow, setPanes } from "./panes";
import { TEXTS } from "./texts";

export function ViewsMenu(): ReactElement {
  const words = useWords(TEXTS);
  return (
    <Opening
      label={words.say("board.views")}
      placement="bottom end"
      trigger={
        <AriaButton className="board-views" aria-label={words.say("board.views")}>
          <Icon name="bookmark" size={14} />
          <span>{words.say("board.views")}</span>
          <Icon name="down" size={12} />
        </AriaButton>
      }
    >
      {(close) => <Views onClose={close} />}
    </Opening>
  );
}

function Views({ onClose }: { readonly onClose: () => void }): ReactElement {
  const words = useWords(TEXTS);
  const { data, error, refetch } = useViews();
  const again = useReadViewsAgain();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);

  const open = ({ what }: SavedView): void => {
    setFilter({ ...EVERYTHING, ...what.filter });
    if (typeof what.panes === "object" && what.panes !== null) setPanes(what.panes);
    onClose();
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setFailed(null);
    if (name.trim() === "") return;
    const { lists, map, detail } = panesNow();
    try {
      await saveView(name.trim(), { filter: filterNow(), panes: { lists, map, detail } }, shared);
      tell(words.say("board.views.saved", { name: name.trim() }));
      setName("");
      await again();
    } catch (problem) {
      setFailed(problem);
    }
  };
  const remove = async ({ id, name: gone }: SavedView): Promise<void> => {
    setFailed(null);
    try {
      await deleteView(id);
      tell(words.say("board.views.deleted", { name: gone }));
      await again();
    } catch (problem) {
      setFailed(problem);
    }
  };
  return (
    <div className="board-views-list">
      {data === undefined && error === null && <Waiting />}
      <Problem error={error} onAgain={() => void refetch()} compact />
      {data?.length === 0 && <p className="board-views-none">{words.say("board.views.none")}</p>}
      <ul>
        {data?.map((view) => (
          <li key={view.id}>
            <AriaButton className="board-view" onPress={() => open(view)}>
              {view.name}
              {view.shared && <small>{view.own ? words.say("board.views.is-shared") : view.owner}</small>}
            </AriaButton>
            {view.own && (
              <IconButton icon="trash" size="small" label={words.say("board.views.delete", { name: view.name })} onPress={() => void remove(view)} />
            )}
          </li>
        ))}
      </ul>
      <form onSubmit={(event) => void save(event)}>
        <Field label={words.say("board.views.name")} value={name} onChange={setName} maxLength={80} isRequired />
        <Check isSelected={shared} onChange={setShared}>
          {words.say("board.views.shared")}
        </Check>
        <Problem error={failed} compact />
        <Button kind="main" type="submit">
          {words.say("board.views.save")}
        </Button>
      </form>
    </div>
  );
}
