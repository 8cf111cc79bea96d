// master.cf files as hands write them: comments anywhere, empty lines, odd bytes, any line ending, with or without the last.
import fc from "fast-check";

const anyLetters = fc.string({ unit: fc.constantFrom(..."abc -o=#{}$\xe9\xff\x01\t"), maxLength: 30 });
const comment = anyLetters.map((text) => [`#${text}`]);
const indentedComment = anyLetters.map((text) => [`  #${text}`]);
const empty = fc.constantFrom([""], ["   "], ["\t"]);
const option = fc.constantFrom("-o a=b", "-oa=b", "-o { long = one two }", "-v", "-o smtpd_banner=\xe9t\xe9");
const between = fc.oneof(comment, indentedComment, empty);

const entry = fc
  .record({
    service: fc.constantFrom("smtp", "smtps", "submission", "pickup", "[::1]:465", "10.0.0.1:25"),
    type: fc.constantFrom("inet", "unix"),
    gap: fc.constantFrom(" ", "   ", "\t"),
    first: fc.option(option, { nil: undefined }),
    more: fc.array(fc.tuple(fc.array(between, { maxLength: 2 }), option), { maxLength: 4 }),
  })
  .map(({ service, type, gap, first, more }) => {
    const head = [service, type, "n", "-", "y", "-", "-", "smtpd", ...(first === undefined ? [] : [first])].join(gap);
    return [head, ...more.flatMap(([lines, text]) => [...lines.flat(), `${gap}${text}`])];
  });

/** A whole file without a broken line, entries of one name more than once included. */
export const masterFile: fc.Arbitrary<Buffer> = fc
  .record({
    parts: fc.array(fc.oneof({ arbitrary: entry, weight: 3 }, comment, indentedComment, empty), { maxLength: 12 }),
    ending: fc.constantFrom("\n", "\n", "\r\n"),
    terminated: fc.boolean(),
  })
  .map(({ parts, ending, terminated }) => {
    const text = parts.flat().join(ending);
    return Buffer.from(terminated && text !== "" ? text + ending : text, "latin1");
  });
