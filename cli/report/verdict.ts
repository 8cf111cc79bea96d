// The verdict about a host or about several of its steps, and in words.
import { type Report, type ReportedHost, type Step, type Verdict, verdicts } from "./content.ts";

/** The worst verdict among the steps; `undefined` where there are none. */
export function worstOf(steps: readonly Step[]): Verdict | undefined {
  return verdicts.find((verdict) => steps.some((step) => step.verdict === verdict));
}

export function verdictOf({ status: { now, unproved }, steps }: ReportedHost): Verdict {
  if (now?.failed !== undefined) return "failed";
  if (now?.reached === false) return "not looked at";
  const worst = worstOf(steps) ?? "not there";
  if (worst === "as wanted" && unproved !== undefined) return "differs";
  // One step that is missing is no missing host.
  return worst === "not there" && steps.some(({ verdict }) => verdict !== worst) ? "differs" : worst;
}

export function describeVerdict(host: ReportedHost): string {
  const { status, steps } = host;
  const verdict = verdictOf(host);
  const other = steps.filter((step) => step.verdict !== "as wanted").length;
  if (verdict === "failed") return `FAILED: ${status.now?.failed}`;
  if (verdict === "not looked at") return "not looked at: nothing of it is in the state";
  if (verdict === "not there") return "no up has set it up yet";
  if (other > 0) return `differs in ${other} of ${steps.length} steps`;
  return verdict === "differs" ? `not proved since ${status.unproved?.join(", ")} changed` : "as wanted";
}

/** "2 of 3 hosts differ, 1 of 3 FAILED" */
export function describeHosts({ hosts, looked }: Report): string {
  const all = hosts.map(verdictOf);
  const count = (verdict: Verdict) => all.filter((one) => one === verdict).length;
  const [failed, right] = [count("failed"), count("as wanted")];
  const others = all.length - right - failed;
  const share = (some: number) => `${some} of ${all.length}`;
  const parts = [
    ...(others > 0 ? [`${share(others)} ${all.length === 1 ? "host differs" : "hosts differ"}`] : []),
    ...(failed > 0 ? [`${share(failed)} FAILED`] : []),
  ];
  const told = parts.length > 0 ? parts.join(", ") : `${share(right)} as wanted`;
  return looked ? told : `${told} at the last run`;
}

export function worstFirst(hosts: readonly ReportedHost[]): ReportedHost[] {
  const place = (host: ReportedHost) => verdicts.indexOf(verdictOf(host));
  return [...hosts].sort((one, other) => place(one) - place(other));
}

/** The worst verdict among the hosts. */
export function worstHost(hosts: readonly ReportedHost[]): Verdict {
  const [worst] = worstFirst(hosts);
  return worst === undefined ? "as wanted" : verdictOf(worst);
}

/** A sign for each verdict, which says the same without a colour. */
export const signs: Readonly<Record<Verdict, string>> = {
  failed: "!",
  "not there": "+",
  "not wanted": "−",
  differs: "≠",
  "not looked at": "?",
  "as wanted": "✓",
};

/** The steps that need a word of their own. */
export function stepsToTell({ steps }: ReportedHost): Step[] {
  return steps.filter(({ verdict }) => verdict !== "as wanted" && verdict !== "not looked at");
}

/** The names of those that were not looked at, in a sentence; `undefined` where there are none. */
export function describeUnseen({ steps }: ReportedHost): string | undefined {
  const names = steps.filter(({ verdict }) => verdict === "not looked at").map(({ name }) => name);
  return names.length === 0 ? undefined : `not looked at: ${names.join(", ")}`;
}

/** What a verdict means for a step. */
export function describeStep({ verdict, differences }: Step): string {
  switch (verdict) {
    case "differs":
      return differences.length === 0 ? "will be made anew, since something that it covers changes" : "differs";
    case "not there":
      return "not there; an up makes it";
    case "not wanted":
      return "not wanted any more; an up takes it away";
    case "failed":
      return "FAILED";
    default:
      return verdict;
  }
}
