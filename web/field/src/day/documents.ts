/** The technician's day as the server tells it (GET /api/v1/phone/changes), document by document. Instants: RFC 3339. */

export type Instant = string;

/** What every document has. `version` changes with its content. */
interface About {
  readonly id: string;
  readonly version: string;
}

export type Status =
  | "open"
  | "scheduled"
  | "dispatched"
  | "accepted"
  | "en_route"
  | "on_site"
  | "working"
  | "paused"
  | "completed"
  | "incomplete"
  | "no_show"
  | "cancelled";

export interface Quantity {
  readonly part: string;
  readonly quantity: number;
}

export interface PastVisit {
  readonly date: string;
  readonly number: string;
  readonly title: string;
  readonly outcome: string | null;
  readonly technician: string | null;
}

export interface Equipment {
  readonly kind: string;
  readonly maker: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly installed_on: string | null;
  readonly warranty_until: string | null;
  readonly in_warranty: boolean | null;
  readonly notes: string | null;
  readonly history: readonly PastVisit[];
}

export interface Checklist {
  readonly version: number | string;
  /** A JSON Schema; web/field/src/work renders it. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly answers: Readonly<Record<string, unknown>> | null;
  readonly answered_at: Instant | null;
  /** Whether a visit can only be completed with what must be answered. */
  readonly required?: boolean;
  /** What meters of the same equipment showed at an earlier visit, by question. */
  readonly previous?: Readonly<Record<string, Previous>>;
}

export interface Previous {
  readonly value: unknown;
  readonly at: Instant;
}

/** A picture of a visit. `status`: what the server knows of it, such as `awaited`: attached, and not uploaded yet. */
export interface Medium {
  readonly sha256: string;
  readonly purpose: Purpose;
  readonly caption: string | null;
  readonly field: string | null;
  readonly at: Instant;
  readonly status?: string;
}

export type Purpose = "photo" | "signature" | "scan";

export interface PartRequest extends Quantity {
  readonly urgent: boolean;
  readonly note: string | null;
  readonly at: Instant;
  readonly status: string;
}

export interface Instants {
  readonly dispatched_at: Instant | null;
  readonly accepted_at: Instant | null;
  readonly departed_at: Instant | null;
  readonly arrived_at: Instant | null;
  readonly started_at: Instant | null;
  readonly paused_at: Instant | null;
  readonly finished_at: Instant | null;
}

export interface VisitDocument extends About {
  readonly kind: "visit";
  readonly visit: string;
  readonly status: Status;
  readonly actions: readonly string[];
  /** Which day it is for, YYYY-MM-DD in the territory's zone. */
  readonly day: string;
  readonly order: number | null;
  /** Tomorrow's: only a part of it is told. */
  readonly preview: boolean;
  /** Planned, and not dispatched: it may change or go without a word, nothing can be done with it, and less is told. */
  readonly provisional: boolean;
  /** From when on one is asked to accept it; null: it was accepted, or is only planned. */
  readonly asked_from: Instant | null;
  /** Worked out here: nobody is asked for it yet, so that it may change or go without a word. All about it is told. */
  readonly early?: boolean;
  readonly planned: {
    readonly start: Instant;
    readonly end: Instant;
    readonly arrive: Instant;
    readonly travel_seconds: number | null;
    readonly travel_metres: number | null;
  } | null;
  /** When service may start: earliest and latest, any of them. */
  readonly windows: readonly (readonly [earliest: Instant, latest: Instant])[];
  /** The window is one that the customer was promised. */
  readonly appointment: boolean;
  /** Seconds. */
  readonly duration: number;
  readonly extended: number;
  readonly promises: readonly { readonly target: string; readonly due: Instant; readonly state: string }[];
  readonly instants: Instants;
  /** Seconds. */
  readonly paused_for: number;
  readonly outcome: string | null;
  /** The geofence says that one is there; one tap confirms it. */
  readonly arrival_proposed_at: Instant | null;
  readonly job: {
    readonly id: string;
    readonly number: string;
    readonly title: string;
    readonly description: string | null;
    readonly priority: string | number;
    readonly status: string;
    readonly type: string | null;
  };
  readonly customer: { readonly name: string; readonly notes: string | null } | null;
  readonly contact: { readonly name: string; readonly phone: string | null; readonly email: string | null } | null;
  readonly site: {
    readonly name: string | null;
    readonly address: string;
    readonly lat: number | null;
    readonly lon: number | null;
    readonly access_notes: string | null;
  };
  readonly equipment: Equipment | null;
  readonly knowledge: readonly { readonly title: string; readonly url: string }[];
  readonly parts: readonly Quantity[];
  readonly crew: readonly { readonly id: string; readonly name: string }[];
  readonly checklist: Checklist | null;
  readonly used: readonly (Quantity & { readonly at: Instant })[];
  readonly requests: readonly PartRequest[];
  readonly media: readonly Medium[];
  readonly signature: { readonly name: string; readonly at: Instant } | null;
  readonly report: { readonly made_at: Instant | null; readonly sent_to: string | null } | null;
}

export interface BreakOfShift {
  readonly id: string;
  readonly earliest: Instant;
  readonly latest: Instant;
  /** Seconds. */
  readonly duration: number;
  readonly taken_at: Instant | null;
  readonly ended_at: Instant | null;
}

export interface ShiftDocument extends About {
  readonly kind: "shift";
  readonly shift: string;
  /** Which day it belongs to, as a visit's. */
  readonly day: string;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly max_overtime: number;
  readonly began_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly breaks: readonly BreakOfShift[];
  readonly base: { readonly address: string | null; readonly lat: number | null; readonly lon: number | null } | null;
}

export interface MeDocument extends About {
  readonly kind: "me";
  readonly technician: { readonly id: string; readonly name: string; readonly phone: string | null };
  readonly time_zone: string;
  readonly territory: { readonly id: string; readonly name: string } | null;
  readonly dispatch_phone: string | null;
  readonly van: readonly Quantity[];
  readonly parts_known: readonly string[];
  /** `own`: said on a phone by the technician, who can also end it; others were entered by the office. */
  readonly absence: { readonly id: string; readonly until: Instant; readonly own: boolean } | null;
  readonly experts: readonly { readonly id: string; readonly name: string; readonly phone: string | null; readonly skill: string }[];
}

export interface NoticeDocument extends About {
  readonly kind: "notice";
  readonly notice: string;
  readonly what: "assigned" | "moved_away" | "time_changed" | "cancelled" | "recalled" | "dispute_settled";
  readonly visit: string | null;
  readonly number: string | null;
  readonly title: string | null;
  readonly at: Instant;
  readonly before: unknown;
  readonly after: unknown;
  readonly why: string | null;
  readonly seen: boolean;
}

/** What the office said about a visit, or the technician. */
export interface MessageDocument extends About {
  readonly kind: "message";
  readonly message: string;
  readonly visit: string;
  /** The technician said it, on whichever of their phones. */
  readonly mine: boolean;
  readonly by: string;
  readonly text: string;
  readonly at: Instant;
  /** The technician has not seen it yet. */
  readonly new: boolean;
  /** Somebody of the office has read what the technician said. */
  readonly read: boolean;
  /** Said on this phone, and not sent yet. */
  readonly waiting?: boolean;
}

export type Document = VisitDocument | ShiftDocument | MeDocument | NoticeDocument | MessageDocument;

export interface Changes {
  readonly cursor: string;
  readonly now: Instant;
  readonly pace: number;
  readonly date: string;
  readonly expires_at: Instant;
  readonly full: boolean;
  readonly documents: readonly Document[];
  readonly gone: readonly { readonly id: string; readonly why: string }[];
}
