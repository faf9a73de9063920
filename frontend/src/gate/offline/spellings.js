// The forms of a typed word of which one occurs in a search key: as eventhub/core/names.py, for Latin and Russian letters.
// Names in other scripts are found as they are written.
const HACEK = { č: "ch", š: "sh", ž: "zh" };
const RUSSIAN = {
  ...{ а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "yo", ж: "zh", з: "z", и: "i", й: "y", к: "k", л: "l" },
  ...{ м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh" },
  ...{ щ: "shch", ъ: "'", ы: "y", ь: "'", э: "e", ю: "yu", я: "ya" },
};
const OTHERS = { ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ı: "i", þ: "th", ð: "d" };
// In the order of eventhub/core/latin.py: a later line sees what the earlier ones left.
const VARIANTS = [
  [/[^a-z0-9 ]/g, ""],
  [/[iy]e(?=[a-z])/g, "e"],
  [/yo(?=[a-z])/g, "e"],
  [/(?<=l)[iy](?=u[a-z])/g, ""],
  [/shch|sch|shh/g, "sh"],
  [/kh/g, "h"],
  [/ph/g, "f"],
  [/tz/g, "ts"],
  [/x/g, "ks"],
  [/c(?=k)|c(?![ehiy])/g, "k"],
  [/w/g, "v"],
  [/q/g, "k"],
  [/[jy]/g, "i"],
  [/(.)\1+/g, "$1"],
];

const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "");

export function spellings(word) {
  const lower = word.toLowerCase().replaceAll("ß", "ss");
  const [asTyped, latin] = [bare(lower), latinOf(lower)];
  return latin.length > 1 && latin !== asTyped ? [asTyped, latin] : [asTyped];
}

function latinOf(lower) {
  const signs = Array.from(lower.normalize("NFC"), (sign) => HACEK[sign] ?? RUSSIAN[sign] ?? OTHERS[sign] ?? bare(sign));
  return VARIANTS.reduce((text, [pattern, same]) => text.replace(pattern, same), signs.join("")).trim();
}
