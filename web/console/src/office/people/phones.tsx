/** The phones of a technician: which may come in, and taking that from one that was lost. */

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { tell } from "../../notices";
import { change as send, type Shape } from "../../request";
import { useMay } from "../../session";
import { Over } from "../kit/asking";
import { useEvery } from "../kit/pages";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";

type Device = Shape<"DeviceShape">;

export function Phones({ technician, words }: { readonly technician: string; readonly words: OfficeWords }): ReactElement | null {
  const may = useMay("act on visits");
  const found = useEvery<Device>("/api/v1/devices", { technician }, may);
  const [revoking, setRevoking] = useState<Device | null>(null);
  if (!may) return null;
  const devices = found.data ?? [];
  return (
    <section className="office-more-part">
      <h3>{words.say("phones.title")}</h3>
      <Trouble error={found.error} words={words} again={() => void found.refetch()} />
      {found.data !== undefined && devices.length === 0 && <p className="office-quiet">{words.say("phones.none")}</p>}
      <ul className="office-cards">
        {devices.map((one) => (
          <li key={one.id} className={one.revoked_at === null ? undefined : "off"}>
            <div>
              <b>{one.name || one.platform}</b>{" "}
              <small>{[one.platform, one.app_version].filter(Boolean).join(" ")}</small>
              <p className="office-quiet">
                {words.say("phones.seen", { when: `${words.date(one.seen_at)} ${words.time(one.seen_at)}` })}
                {one.revoked_at !== null && <> · {words.say("phones.revoked", { when: words.date(one.revoked_at), why: one.revoked_because })}</>}
                {one.wipe && <> · {words.say(one.wipe_told_at === null ? "phones.wipe-waits" : "phones.wiped")}</>}
              </p>
            </div>
            {(one.revoked_at === null || !one.wipe) && (
              <button type="button" className="office-button quiet-danger" onClick={() => setRevoking(one)}>{words.say("phones.revoke")}</button>
            )}
          </li>
        ))}
      </ul>
      {revoking !== null && <Revoke device={revoking} words={words} onClose={() => setRevoking(null)} />}
    </section>
  );
}

function Revoke({ device, words, onClose }: { readonly device: Device; readonly words: OfficeWords; readonly onClose: () => void }): ReactElement {
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [because, setBecause] = useState(device.revoked_because);
  async function revoke(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const wipe = new FormData(event.currentTarget).get("wipe") === "on";
    try {
      await send("POST", `/api/v1/devices/${device.id}/revoke`, { because: because.trim(), wipe });
    } catch (refusal) {
      setError(refusal);
      return;
    }
    await queries.invalidateQueries({ queryKey: ["office"] });
    tell(words.say(wipe ? "phones.done-wipe" : "phones.done", { phone: device.name || device.platform }));
    onClose();
  }
  return (
    <Over title={words.say("phones.revoke-title", { phone: device.name || device.platform })} onClose={onClose} closeLabel={words.say("kit.keep")}>
      <form onSubmit={(event) => void revoke(event)} className="office-over-form">
        <p>{words.say("phones.revoke-text")}</p>
        <label className="office-label" htmlFor="office-because">{words.say("phones.because")}</label>
        <input id="office-because" className="office-input" required maxLength={300} value={because} onChange={(event) => setBecause(event.target.value)} />
        <label className="office-check"><input type="checkbox" name="wipe" defaultChecked={device.wipe} /> {words.say("phones.wipe")}</label>
        <Trouble error={error} words={words} />
        <footer>
          <button type="button" className="office-button" onClick={onClose}>{words.say("kit.keep")}</button>
          <button type="submit" className="office-button danger" disabled={because.trim() === ""}>{words.say("phones.revoke")}</button>
        </footer>
      </form>
    </Over>
  );
}
