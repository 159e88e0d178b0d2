/** Reading a code with the camera, or typing it where there is none. */

import { type FormEvent, type ReactElement, useEffect, useId, useRef, useState } from "react";
import { Sheet } from "../../pieces/sheet";
import type { FieldWords } from "../../texts";
import { reader } from "./codes";

interface Props {
  readonly words: FieldWords;
  readonly title: string;
  /** Kinds of codes by their names in the Barcode Detection API; empty: any. */
  readonly formats: readonly string[];
  /** Answers why a code will not do; null: it will. */
  readonly complaint: (code: string) => string | null;
  readonly onCode: (code: string) => void;
  readonly onClose: () => void;
}

type Camera = "starting" | "on" | "only-qr" | "forbidden" | "none";
const EVERY_MS = 180;

export function ScanSheet({ words, title, formats, complaint, onCode, onClose }: Props): ReactElement {
  const video = useRef<HTMLVideoElement>(null);
  const [camera, setCamera] = useState<Camera>("starting");
  const [wrong, setWrong] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const field = useId();
  const latest = useRef({ complaint, onCode, formats });
  latest.current = { complaint, onCode, formats };

  function offer(code: string): boolean {
    const why = latest.current.complaint(code);
    setWrong(why);
    if (why === null) latest.current.onCode(code);
    return why === null;
  }
  const offered = useRef(offer);
  offered.current = offer;

  useEffect(() => {
    const stopping = new AbortController();
    watch(video, latest.current.formats, (code) => offered.current(code), setCamera, stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted) setCamera(error instanceof DOMException && error.name === "NotAllowedError" ? "forbidden" : "none");
    });
    return () => stopping.abort();
  }, []);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (typed.trim() !== "") offer(typed.trim());
  }

  return (
    <Sheet words={words} title={title} onClose={onClose}>
      <div className="finder" hidden={camera === "forbidden" || camera === "none"}>
        <video ref={video} muted playsInline aria-label={words.say("scan.camera")} />
      </div>
      <p role="status">{words.say(`scan.${camera}`)}</p>
      <form onSubmit={submit} className="row">
        <label className="field" htmlFor={field}>
          {words.say("scan.type")}
          <input
            id={field}
            value={typed}
            autoCapitalize="characters"
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <button type="submit" className="main" disabled={typed.trim() === ""}>
          {words.say("scan.take")}
        </button>
      </form>
      <p className="complaint" role="alert">
        {wrong}
      </p>
    </Sheet>
  );
}

async function watch(
  video: { readonly current: HTMLVideoElement | null },
  formats: readonly string[],
  offer: (code: string) => boolean,
  tell: (camera: Camera) => void,
  signal: AbortSignal,
): Promise<void> {
  if (navigator.mediaDevices === undefined) throw new Error("This browser has no camera.");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  const stop = (): void => stream.getTracks().forEach((track) => track.stop());
  if (signal.aborted || video.current === null) return stop();
  signal.addEventListener("abort", stop);
  const screen = video.current;
  screen.srcObject = stream;
  await screen.play();
  const { read, bars } = await reader(formats);
  tell(bars ? "on" : "only-qr");
  let refused: string | null = null;
  while (!signal.aborted) {
    const code = await read(screen);
    if (code !== null && code !== refused && !signal.aborted) {
      if (offer(code)) return stop();
      refused = code;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
