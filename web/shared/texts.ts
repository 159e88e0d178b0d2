/** What people read, in English and Chinese, by one key each. A page adds its own keys to these. */

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Table<Key extends string> = Readonly<Record<Key, Readonly<Record<Language, string>>>>;
export type Values = Readonly<Record<string, string | number>>;

const SHARED = {
  "sign-in.title": { en: "Sign in", zh: "登录" },
  "sign-in.email": { en: "E-mail", zh: "邮箱" },
  "sign-in.password": { en: "Password", zh: "密码" },
  "sign-in.go": { en: "Sign in", zh: "登录" },
  "sign-in.going": { en: "Signing in…", zh: "正在登录…" },
  "sign-in.ended": { en: "Your session has ended. Sign in again.", zh: "会话已结束，请重新登录。" },
  "sign-in.wrong": { en: "E-mail and password do not fit together.", zh: "邮箱与密码不匹配。" },
  "sign-in.wait": { en: "Too many attempts. Try again in {minutes, plural, one {a minute} other {# minutes}}.", zh: "尝试次数过多，请 {minutes} 分钟后再试。" },
  "sign-in.unreachable": { en: "The server does not answer. Try again.", zh: "服务器没有响应，请重试。" },
  "sign-in.with": { en: "Sign in with {provider}", zh: "使用 {provider} 登录" },
  "sign-in.or": { en: "or", zh: "或" },
  "sign-out": { en: "Sign out", zh: "退出" },
  "theme.dark": { en: "Dark", zh: "深色" },
  "theme.light": { en: "Light", zh: "浅色" },
  "language.other": { en: "中文", zh: "English" },
  "try-again": { en: "Try again", zh: "重试" },
} as const satisfies Table<string>;

export type SharedKey = keyof typeof SHARED;

export interface Words<Key extends string> {
  readonly language: Language;
  /** The text of a key; `{name}` stands for a value, `{n, plural, one {…} other {… #}}` for a word that goes by one. */
  say(key: Key, values?: Values): string;
  /** The time of day, 24 hours, where the work is done. */
  time(instant: string | Date): string;
  date(instant: string | Date): string;
}

/** So many minutes of the clock are kept: two days of them and more. */
const MOST_CLOCKS = 5000;

/** What stands in a text: words, a value by its name, or one of two words that go by a number. */
type Piece = string | { readonly name: string; readonly one?: undefined } | { readonly name: string; readonly one: string; readonly other: string };

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(/\{(\w+)(?:, plural, one \{([^{}]*)\} other \{([^{}]*)\})?\}/g)) {
    if (found.index > end) pieces.push(text.slice(end, found.index));
    const [whole, name = "", one, other] = found;
    pieces.push(one === undefined || other === undefined ? { name } : { name, one, other });
    end = found.index + whole.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

export function words<Key extends string>(
  table: Table<Key>,
  language: Language,
  timeZone: string | undefined,
): Words<Key | SharedKey> {
  const all: Table<string> = { ...SHARED, ...table };
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const zone = timeZone === undefined ? {} : { timeZone };
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone });
  const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", ...zone });

  const patterns = new Map<string, readonly Piece[]>();
  const clocks = new Map<number, string>();

  function filled(text: string, values: Values): string {
    let pieces = patterns.get(text);
    if (pieces === undefined) patterns.set(text, (pieces = piecesOf(text)));
    let said = "";
    for (const piece of pieces) {
      if (typeof piece === "string") {
        said += piece;
        continue;
      }
      const value = values[piece.name];
      if (piece.one === undefined) said += typeof value === "number" ? numbered(value) : (value ?? "");
      else said += (plural.select(Number(value)) === "one" ? piece.one : piece.other).replaceAll("#", numbered(Number(value)));
    }
    return said;
  }

  /** Whole numbers below a thousand look the same without being asked about, and most numbers are. */
  function numbered(value: number): string {
    return Number.isInteger(value) && value >= 0 && value < 1000 ? String(value) : number.format(value);
  }

  /** A board says thousands of times of day, of a few hundred different minutes: each is formatted once. */
  function clockTime(instant: string | Date): string {
    const at = typeof instant === "string" ? Date.parse(instant) : instant.getTime();
    const minute = Math.floor(at / 60_000);
    const kept = clocks.get(minute);
    if (kept !== undefined) return kept;
    const said = clock.format(at);
    if (clocks.size >= MOST_CLOCKS) clocks.clear();
    clocks.set(minute, said);
    return said;
  }

  return {
    language,
    say: (key, values = {}) => filled(all[key]?.[language] ?? key, values),
    time: clockTime,
    date: (instant) => day.format(new Date(instant)),
  };
}

const KEPT = "fieldwright.language";

/** The language that was chosen here, else the browser's, else English. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  const wanted = [kept, ...navigator.languages].map((one) => one?.slice(0, 2));
  return LANGUAGES.find((one) => one === wanted.find((word) => word === "en" || word === "zh")) ?? "en";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}
