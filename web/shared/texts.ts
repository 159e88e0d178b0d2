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

  function filled(text: string, values: Values): string {
    return text
      .replace(/\{(\w+), plural, one \{([^{}]*)\} other \{([^{}]*)\}\}/g, (_, name: string, one: string, other: string) => {
        const value = Number(values[name]);
        return (plural.select(value) === "one" ? one : other).replaceAll("#", number.format(value));
      })
      .replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = values[name];
        return typeof value === "number" ? number.format(value) : (value ?? "");
      });
  }

  return {
    language,
    say: (key, values = {}) => filled(all[key]?.[language] ?? key, values),
    time: (instant) => clock.format(new Date(instant)),
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
