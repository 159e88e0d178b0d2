/** A part of the page that fails says so, and takes nothing else with it; one that is being loaded keeps quiet at first. */

import { Component, type ReactElement, type ReactNode, Suspense } from "react";
import { Button, Empty, Waiting } from "../pieces";
import { useWords } from "../words";
import { TEXTS } from "./texts";

interface State {
  readonly error: unknown;
}

class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Failed error={this.state.error} onAgain={() => this.setState({ error: null })} />;
  }
}

function Failed({ error, onAgain }: { readonly error: unknown; readonly onAgain: () => void }): ReactElement {
  const words = useWords(TEXTS);
  const why = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert">
      <Empty icon="urgent" title={words.say("shell.broken")} action={<Button onPress={onAgain}>{words.say("try-again")}</Button>}>
        {words.say("shell.broken.text", { why })}
      </Empty>
    </div>
  );
}

export function Guarded({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <Boundary>
      <Suspense fallback={<Waiting />}>{children}</Suspense>
    </Boundary>
  );
}
