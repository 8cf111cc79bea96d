// An HTML page as a parser of another maker reads it.
import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;

/** What a reader sees, with single spaces; folded parts too. */
export function textIn(page: string): string {
  const text = (node: Node): string => {
    if (node.nodeName === "style") return "";
    if ("value" in node) return node.value;
    return "childNodes" in node ? node.childNodes.map(text).join(" ") : "";
  };
  return text(parse(page)).replace(/\s+/g, " ");
}

/** The elements with the names of their attributes, without any text. */
export function shapeOf(page: string): string {
  const shape = (node: Node): string => {
    const children = "childNodes" in node ? node.childNodes.map(shape).join("") : "";
    if (!("tagName" in node)) return node.nodeName === "#comment" ? "<!---->" : children;
    return `<${node.tagName} ${node.attrs.map(({ name }) => name).join(" ")}>${children}</>`;
  };
  return shape(parse(page));
}
