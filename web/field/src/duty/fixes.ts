/** Where the technician was while on duty, as the server's list of positions takes it. */

export interface Fix {
  readonly at: string;
  readonly lat: number;
  readonly lon: number;
  /** Degrees from north. */
  readonly heading: number | null;
  /** Metres a second. */
  readonly speed: number | null;
  /** Metres. */
  readonly accuracy: number | null;
}
