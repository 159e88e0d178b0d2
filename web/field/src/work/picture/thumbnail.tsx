/** A picture of a visit, small: as this phone keeps it, else as the server gives it; and how far it has come. */

import { type ReactElement, useEffect, useState } from "react";
import { request } from "../../access/request";
import { type Kept, type PictureStanding, useKept } from "../../sync";
import { picture } from "../../store/pictures";
import type { FieldWords } from "../../texts";
import { isUnanswered } from "../unanswered";

interface Props {
  readonly words: FieldWords;
  readonly sha256: string;
  readonly name: string;
  /** As wide as a signature. */
  readonly wide?: boolean;
}

export function Thumbnail({ words, sha256, name, wide = false }: Props): ReactElement {
  const address = useAddress(sha256);
  const kept = useKept();
  const standing = kept?.pictures.find((one) => one.sha256 === sha256);
  const there = standing === undefined ? statusThere(kept, sha256) : undefined;
  return (
    <figure className={wide ? "thumbnail wide" : "thumbnail"}>
      {address === null ? <span className="thumbnail-empty" aria-hidden="true" /> : <img src={address} alt={name} />}
      <figcaption>{standingOf(words, standing, there)}</figcaption>
    </figure>
  );
}

/** Where the picture is, to be shown; null: it is not on this phone (any more), and the server cannot be asked. */
function useAddress(sha256: string): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let left = false;
    void blobOf(sha256).then((found) => {
      if (left || found === null) return;
      made = URL.createObjectURL(found);
      setAddress(made);
    });
    return () => {
      left = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [sha256]);
  return address;
}

async function blobOf(sha256: string): Promise<Blob | null> {
  const kept = await picture(sha256);
  if (kept !== undefined) return new Blob([kept.bytes], { type: kept.type });
  try {
    return await (await request(`/api/v1/phone/media/${sha256}/content`)).blob();
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return null;
  }
}

/** How a picture stands that is not on this phone, as the server tells it: `here`, `awaited` or `refused`. */
function statusThere(kept: Kept | null, sha256: string): string | undefined {
  const media = (kept?.documents ?? []).flatMap((one) => (one.kind === "visit" ? one.media : []));
  return media.find((one) => one.sha256 === sha256)?.status;
}

/** `there`: as the server tells it, for a picture that this phone does not have. */
export function standingOf(words: FieldWords, standing: PictureStanding | undefined, there?: string): string {
  if (standing === undefined && there === "awaited") return words.say("picture.awaited");
  if (standing === undefined && there === "refused") return words.say("picture.refused-there");
  if (standing === undefined || standing.state === "sent") return words.say("picture.sent");
  if (standing.state === "lost") return `${words.say("picture.lost")} ${words.say("picture.lost.photo")}`;
  if (standing.state === "refused") return words.say("picture.refused", { why: standing.why ?? "" });
  if (standing.offset === null || standing.size === 0) return words.say("picture.kept");
  return words.say("picture.sending", { share: Math.round((100 * standing.offset) / standing.size) });
}
