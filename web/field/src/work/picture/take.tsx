/** The button that opens the phone's camera, or its album; what was taken is scaled down and kept on the phone. */

import { type ChangeEvent, type ReactElement, useRef } from "react";
import { type Tapping, useTapping } from "../../pieces/tapping";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly onTaken: (photo: Blob) => Promise<unknown>;
  readonly disabled?: boolean;
}

export function TakePhoto({ words, onTaken, disabled = false }: Props): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const { going, failed, tap }: Tapping = useTapping(words);

  async function taken(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const photos = [...(event.target.files ?? [])];
    event.target.value = "";
    for (const photo of photos) await tap(() => onTaken(photo));
  }

  return (
    <>
      <button type="button" className="second" disabled={disabled || going} onClick={() => input.current?.click()}>
        {words.say(going ? "picture.keeping" : "picture.take")}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        capture="environment"
        hidden
        onChange={(event) => void taken(event)}
      />
      {failed !== null && (
        <p className="complaint" role="alert">
          {failed}
        </p>
      )}
    </>
  );
}
