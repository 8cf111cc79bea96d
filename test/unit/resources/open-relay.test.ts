// Reading whether port 25 passes a stranger's mail on: as smtpd walks through its lists, and without a guess at what only a look-up tells.
import { expect, test } from "@jest/globals";
import type { RelayPolicy } from "../../../providers/facts/relay-policy.ts";
import {
  describeVerdict,
  refuseOpenRelay,
  strangersOnPort25,
} from "../../../providers/resources/postfix/open-relay.ts";

const stock = {
  mynetworks: "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128",
  smtpd_relay_restrictions: "permit_mynetworks permit_sasl_authenticated defer_unauth_destination",
};
const smtp = "smtp inet n - y - - smtpd\n";
const verdict = (values: Record<string, string>, master = smtp, tables: { parameter: string; table: string }[] = []) =>
  strangersOnPort25(Buffer.from(master), { values: { ...stock, ...values }, tables, failedLookups: [], files: [] });

test.each<[string, Record<string, string>, string]>([
  ["Debian's own settings", {}, "defer_unauth_destination in smtpd_relay_restrictions"],
  ["all of IPv4 in words that nobody is looked for in", { mynetworks: "[::ffff:0.0.0.0]/96" }, "defer_unauth"],
  ["nothing at all: smtpd does not start", { smtpd_relay_restrictions: "permit, reject" }, "does not start"],
  ["wide networks of one's own", { mynetworks: "10.0.0.0/8 192.168.0.0/16 [fd00::]/16" }, "defer_unauth"],
  [
    "the old way, in the list of recipients",
    { smtpd_relay_restrictions: "", smtpd_recipient_restrictions: "permit_mynetworks, reject_unauth_destination" },
    "reject_unauth_destination in smtpd_recipient_restrictions",
  ],
  [
    "a list that refuses whoever is in a file that could not be read",
    { mynetworks: "/etc/postfix/nets", smtpd_relay_restrictions: "permit_sasl_authenticated, reject" },
    "reject in smtpd_relay_restrictions",
  ],
  [
    "a client list that lets nobody in",
    { smtpd_client_restrictions: "permit_mynetworks,reject" },
    "reject in smtpd_client",
  ],
  [
    "what can only refuse, before it",
    { smtpd_relay_restrictions: "reject_rbl_client zen.example.org, reject" },
    "reject in",
  ],
  [
    "an open list of clients, which decides on no relaying",
    { smtpd_client_restrictions: "check_client_access hash:/etc/postfix/a, permit" },
    "defer_unauth",
  ],
])("refused: %s", (_what, values, because) => {
  expect(verdict(values)).toEqual({ answer: "refused", because: expect.stringContaining(because) });
});

test.each<[string, Record<string, string>, string]>([
  ["all addresses are one's own", { mynetworks: "127.0.0.0/8, 0.0.0.0/0" }, "mynetworks has 0.0.0.0/0"],
  ["half of them", { mynetworks: "128.0.0.0/1" }, "mynetworks has 128.0.0.0/1"],
  ["a network that is nobody's", { mynetworks: "192.0.2.0/24" }, "mynetworks has 192.0.2.0/24"],
  ["all of IPv6", { mynetworks: "127.0.0.0/8 [::]/0" }, "mynetworks has [::]/0"],
  [
    "a refusal that only warns",
    {
      mynetworks: "0.0.0.0/0",
      smtpd_relay_restrictions: "warn_if_reject reject_unauth_destination permit_mynetworks reject",
    },
    "mynetworks has 0.0.0.0/0",
  ],
])("passed on: %s", (_what, values, because) => {
  expect(verdict(values)).toMatchObject({ answer: "passed on", because: expect.stringContaining(because) });
});

const everyDomain = [{ parameter: "relay_domains", table: "static:all" }];
test.each<[string, Record<string, string>, string, string]>([
  [
    "a client list that lets nobody in",
    { smtpd_client_restrictions: "permit_mynetworks, reject" },
    "refused",
    "reject in smtpd_client_restrictions",
  ],
  [
    "a client list that permits every address",
    { smtpd_client_restrictions: "permit_mynetworks, reject", mynetworks: "0.0.0.0/0" },
    "passed on",
    "relay_domains takes mail for every domain, by static:all",
  ],
  [
    "a client list that looks up who comes in",
    { smtpd_client_restrictions: "check_client_access hash:/etc/postfix/a, reject" },
    "not decided by reading",
    "check_client_access stands before reject in smtpd_client_restrictions",
  ],
  [
    "networks that could not be read",
    { smtpd_client_restrictions: "permit_mynetworks, reject", mynetworks: "/etc/postfix/nets" },
    "not decided by reading",
    "mynetworks has /etc/postfix/nets",
  ],
  [
    "a relay list that permits these domains before it refuses",
    { smtpd_relay_restrictions: "permit_mynetworks, permit_auth_destination, reject" },
    "passed on",
    "relay_domains takes mail for every domain, by static:all",
  ],
  [
    "a relay list that refuses whoever has not logged in",
    { smtpd_relay_restrictions: "permit_sasl_authenticated, reject" },
    "refused",
    "reject in smtpd_relay_restrictions",
  ],
])("mail for every domain is taken, beside %s", (_what, values, answer, because) => {
  expect(verdict(values, smtp, everyDomain)).toMatchObject({ answer, because: expect.stringContaining(because) });
});

test("domains of the service that nobody has looked into, before a refusal, are not judged", () => {
  const entry = "smtp inet n - y - - smtpd -o relay_domains=hash:/etc/postfix/domains\n";

  expect(verdict({ smtpd_relay_restrictions: "permit_auth_destination, reject" }, entry)).toMatchObject({
    answer: "not decided by reading",
  });
});

const nets = [{ parameter: "mynetworks", path: "/etc/postfix/nets", words: ["10.0.0.0/8", "0.0.0.0/0"] }];
const postscreen = "smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd -o mynetworks=10.0.0.0/8,0.0.0.0/0\n";
test.each<[string, string, string, Partial<RelayPolicy>, string]>([
  [
    "networks in main.cf",
    "127.0.0.0/8, 0.0.0.0/0, 10.0.0.0/8",
    smtp,
    {},
    "`postconf -e 'mynetworks = 127.0.0.0/8 10.0.0.0/8'`",
  ],
  ["nothing but such a network", "0.0.0.0/0", smtp, {}, "`postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128'`"],
  [
    "a file",
    "10.0.0.0/8 0.0.0.0/0",
    smtp,
    { files: nets },
    "take 0.0.0.0/0 out of /etc/postfix/nets, which mynetworks",
  ],
  [
    "networks of the service's own",
    "127.0.0.0/8",
    "smtp inet n - y - - smtpd -o mynetworks=10.0.0.0/8,0.0.0.0/0\n",
    {},
    "`postconf -P 'smtp/inet/mynetworks=10.0.0.0/8'`",
  ],
  ["those of the smtpd behind postscreen", "127.0.0.0/8", postscreen, {}, "'smtpd/pass/mynetworks=10.0.0.0/8'"],
  [
    "a table of networks",
    "cidr:/etc/all",
    smtp,
    { tables: [{ parameter: "mynetworks", table: "cidr:/etc/all" }] },
    "`postmap -q 192.0.2.1 'cidr:/etc/all'` finds it): take that row out of the table, or the table out of mynetworks",
  ],
  [
    "a table of domains",
    "127.0.0.0/8",
    smtp,
    { tables: [{ parameter: "relay_domains", table: "static:all" }] },
    "`postmap -q example.net 'static:all'` finds it): take that row out of the table, or the table out of relay_domains",
  ],
])("an open relay by %s: the refusal says what to change to what", (_what, mynetworks, master, policy, next) => {
  const values = { ...stock, mynetworks };
  const found = strangersOnPort25(Buffer.from(master), { values, tables: [], failedLookups: [], files: [], ...policy });

  expect(found).toMatchObject({ answer: "passed on", next: expect.stringContaining(next) });
  expect(() => refuseOpenRelay(found)).toThrow(/next: .*; then `postfix reload`, and run `pulumi up` again/);
});

test.each<[string, Record<string, string>, string]>([
  [
    "a table of clients before the refusal",
    { smtpd_relay_restrictions: "check_client_access hash:/etc/postfix/a, reject_unauth_destination" },
    "check_client_access stands before reject_unauth_destination in smtpd_relay_restrictions",
  ],
  ["a policy service alone", { smtpd_relay_restrictions: "check_policy_service inet:127.0.0.1:9 permit" }, "decides"],
  ["a class of the administrator's own", { smtpd_relay_restrictions: "mine, reject" }, "mine stands before reject"],
  ["a file of networks that could not be read", { mynetworks: "127.0.0.0/8, /etc/postfix/nets" }, "/etc/postfix/nets"],
  ["a table within braces", { mynetworks: "cidr:{ {0.0.0.0/0 OK} }" }, "mynetworks has cidr:{"],
])("not decided by reading: %s", (_what, values, because) => {
  expect(verdict(values)).toEqual({ answer: "not decided by reading", because: expect.stringContaining(because) });
});

test("a table says that the outsider is one of us, or that every domain is", () => {
  const mynetworks = [{ parameter: "mynetworks", table: "cidr:/etc/postfix/all" }];
  const domains = [{ parameter: "relay_domains", table: "static:all" }];

  expect(verdict({}, smtp, mynetworks)).toMatchObject({
    answer: "passed on",
    because: expect.stringContaining("cidr:"),
  });
  expect(verdict({}, smtp, domains)).toMatchObject({
    answer: "passed on",
    because: expect.stringContaining("relay_domains"),
  });
});

test.each<[string, string, string | undefined]>([
  ["-o of the entry wins over main.cf", "smtp inet n - y - - smtpd -o mynetworks=0.0.0.0/0\n", "passed on"],
  [
    "the worst of two entries counts",
    `${smtp}[::1]:25 inet n - y - - smtpd -o mynetworks=static:all,0.0.0.0/0\n`,
    "passed on",
  ],
  [
    "behind postscreen its smtpd counts",
    "smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd -o mynetworks=0.0.0.0/0\n",
    "passed on",
  ],
  [
    "an entry's own file of networks is not read",
    "smtp inet n - y - - smtpd -o mynetworks=/etc/postfix/nets\n",
    "not decided by reading",
  ],
  [
    "of two entries of one name the last counts",
    `smtp inet n - y - - smtpd -o mynetworks=0.0.0.0/0\n${smtp}`,
    "refused",
  ],
  ["no entry for port 25", "smtps inet n - y - - smtpd -o mynetworks=0.0.0.0/0\n", undefined],
])("%s", (_what, master, answer) => {
  expect(verdict({}, master)?.answer).toBe(answer);
});

test.each(["inet", "smtp/inet"])("nothing listens where master_service_disable has %s", (disabling) => {
  const policy = { values: { ...stock, mynetworks: "0.0.0.0/0" }, tables: [], failedLookups: [], files: [] };

  expect(strangersOnPort25(Buffer.from(smtp), policy, {}, disabling)).toBeUndefined();
  expect(strangersOnPort25(Buffer.from(smtp), policy, {}, "fifo")?.answer).toBe("passed on");
});

test.each<[string, string, Record<string, string>, string, string]>([
  ["networks", "mynetworks", {}, "not decided by reading", "mynetworks has hash:/x, where the lookup failed"],
  ["domains", "relay_domains", {}, "not decided by reading", "relay_domains has hash:/x, where the lookup failed"],
  ["domains, where a network is open", "relay_domains", { mynetworks: "0.0.0.0/0" }, "passed on", "0.0.0.0/0"],
  [
    "networks, where only a login passes",
    "mynetworks",
    { smtpd_relay_restrictions: "permit_sasl_authenticated, reject" },
    "refused",
    "reject in smtpd_relay_restrictions",
  ],
])("a lookup that failed in a table of %s", (_what, parameter, values, answer, because) => {
  const failedLookups = [{ parameter, table: "hash:/x" }];
  const policy = { values: { ...stock, ...values }, tables: [], failedLookups, files: [] };

  const found = strangersOnPort25(Buffer.from(smtp), policy);
  const withItsOwn = strangersOnPort25(Buffer.from(`${smtp.trim()} -o ${parameter}=\n`), policy);

  expect(found).toMatchObject({ answer, because: expect.stringContaining(because) });
  expect(withItsOwn?.answer).not.toBe("not decided by reading");
});

const ofMain = [{ parameter: "mynetworks", table: "cidr:/etc/postfix/all" }];
const domainsOfMain = [{ parameter: "relay_domains", table: "static:all" }];
test.each<[string, string, { parameter: string; table: string }[], string, string]>([
  ["networks of its own: main.cf's table is not in force", "mynetworks=127.0.0.0/8", ofMain, "refused", "defer_unauth"],
  ["no networks: the same", "mynetworks=", ofMain, "refused", "defer_unauth"],
  ["domains of its own: the same", "relay_domains=example.org", domainsOfMain, "refused", "defer_unauth"],
  ["a table of networks", "mynetworks=cidr:/etc/postfix/own", [], "not decided by reading", "mynetworks = cidr:"],
  ["a file of networks", "mynetworks=/etc/postfix/own", [], "not decided by reading", "mynetworks = /etc/"],
  ["networks that main.cf names", "mynetworks=$mine", [], "not decided by reading", "mynetworks = $mine"],
  [
    "a table of domains",
    "relay_domains=hash:/x",
    [],
    "not decided by reading",
    "relay_domains = hash:/x of the service",
  ],
  [
    "a table, before which everybody is refused",
    "mynetworks=cidr:/own -o smtpd_client_restrictions=reject",
    [],
    "refused",
    "reject in smtpd_client_restrictions",
  ],
])("a service that has %s", (_what, option, tables, answer, because) => {
  expect(verdict({}, `smtp inet n - y - - smtpd -o ${option}\n`, tables)).toEqual({
    answer,
    because: expect.stringContaining(because),
  });
});

test.each<[string, string, string, Partial<RelayPolicy>, string]>([
  [
    "a name in main.cf",
    "$mine 0.0.0.0/0",
    smtp,
    {},
    "take 0.0.0.0/0 out of mynetworks in main.cf: only networks of your own",
  ],
  [
    "a name of the service's own",
    "127.0.0.0/8",
    "smtp inet n - y - - smtpd -o mynetworks=$mine,0.0.0.0/0\n",
    {},
    "take 0.0.0.0/0 out of mynetworks of smtp/inet in master.cf: only networks of your own",
  ],
  [
    "beside a file of other networks, which is not written out",
    "/etc/postfix/nets 0.0.0.0/0",
    smtp,
    { files: [{ parameter: "mynetworks", path: "/etc/postfix/nets", words: ["10.0.0.0/8"] }] },
    "take 0.0.0.0/0 out of mynetworks in main.cf: only networks of your own",
  ],
  ["a short network without its length", "10.0.0.0/7", smtp, {}, "`postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128'`"],
])("an open relay whose list cannot be written anew: %s", (_what, mynetworks, master, policy, next) => {
  const values = { ...stock, mynetworks };
  const found = strangersOnPort25(Buffer.from(master), { values, tables: [], failedLookups: [], files: [], ...policy });

  expect(found).toMatchObject({ answer: "passed on", next: expect.stringContaining(next) });
});

test("a single address is no open network, unless it is the stranger's own", () => {
  expect(verdict({ mynetworks: "10.1.2.3" })).toMatchObject({ answer: "refused" });
  expect(verdict({ mynetworks: "192.0.2.1" })).toMatchObject({ answer: "passed on" });
});

test("a verdict is one line in the outputs, and none where port 25 is not served", () => {
  expect(describeVerdict(verdict({}))).toMatch(/^refused: /);
  expect(describeVerdict(undefined)).toBeUndefined();
});
