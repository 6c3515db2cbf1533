// The default module of `parallel`: surveys one source file per call.
//
// Every isolate has its own instance. The default export is called once per file; it may use
//   await readText(path)          the file's text; the isolate does other turns meanwhile
//   sha256(text)                  the digest, in hex
//   emit(name, score, details)    a row of the table, which is sorted by score

const WORD = /[\p{L}\p{N}_]+/gu;
const FUNCTION = /\bfn\s+([A-Za-z_]\w*)/g;

export default async function survey(path) {
    const text = await readText(path);
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();

    const seen = new Map();
    for (const [word] of text.matchAll(WORD)) seen.set(word, (seen.get(word) ?? 0) + 1);
    const words = [...seen.values()].reduce((sum, count) => sum + count, 0);
    const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
    const names = new Set(Array.from(text.matchAll(FUNCTION), (match) => match[1]));

    const details = `${words} words (${seen.size} different), longest line ${longest}, ${names.size} fn names`;
    emit(path, lines.length, `${details}, sha256 ${sha256(text).slice(0, 12)}`);
}
