// Files as people leave them, and what a resource may change in each: cases of hand-edited.test.ts. Text stands for bytes (latin1).
import type { Properties } from "../../providers/engine/state.ts";

/** A file in three parts; only the middle is ours to change. */
export interface Edited {
  readonly what: string;
  readonly given?: Properties;
  /** From the file as Debian ships it. `ours` is what the resource replaces; "" where it has to add. */
  readonly file: (stock: string) => readonly [head: string, ours: string, tail: string];
  /** What it becomes. */
  readonly becomes: RegExp;
  /** Shell text that dresses the file differently: owner, mode, links. */
  readonly dress?: string;
}

/** A file that must not be touched. */
export interface Refused {
  readonly what: string;
  readonly given?: Properties;
  readonly file: (stock: string) => string;
  readonly says: RegExp;
}

const stockEntry = "smtps     inet  n       -       y       -       -       smtpd\n";
const smtps =
  /^smtps {5}inet {2}n {7}- {7}y {7}- {7}- {7}smtpd\n {2}-o smtpd_client_restrictions=permit_sasl_authenticated,reject\n {2}-o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination\n {2}-o smtpd_sasl_auth_enable=yes\n$/;
/** The same with rows that were there before, which stay. */
const keeping = (rows: string) => new RegExp(smtps.source.replace("smtpd\\n", `smtpd\\n${rows}`));
const twin = "#smtps inet n - y - - smtpd\n#  -o smtpd_sasl_auth_enable=yes\n";

export const masterFiles: readonly Edited[] = [
  {
    what: "comments and a commented-out twin",
    file: (stock) => [`# mine\n${stock}${twin}# end\n`, "", ""],
    becomes: smtps,
  },
  {
    what: "continuation lines, with a comment and an empty line among them",
    file: (stock) => [
      `${stock}# above\n`,
      `${stockEntry}  -o syslog_name=mine\n# between\n\n\t-o smtpd_tls_wrappermode=no\n`,
      "# below\nlast unix - - n - - pipe\n  flags=R user=x argv=/bin/true\n",
    ],
    becomes: keeping("  -o syslog_name=mine\\n# between\\n\\n\\t-o smtpd_tls_wrappermode=no\\n"),
  },
  {
    what: "a duplicate: Postfix takes the last",
    file: (stock) => [`${stock}smtps inet n - n - 7 smtpd -v\n  -o syslog_name=first\n# next\n`, stockEntry, "# end\n"],
    becomes: smtps,
  },
  {
    what: "lines that end with CRLF",
    file: (stock) => [`${stock}# mine\n`.replaceAll("\n", "\r\n"), "", ""],
    becomes: smtps,
  },
  {
    what: "no final newline",
    file: (stock) => [`${stock}# the end`, "", ""],
    becomes: new RegExp(`^\n${smtps.source.slice(1)}`),
  },
  {
    what: "the port under its other name, as Debian 13 proposes it",
    file: (stock) => [stock, "submissions inet n - n - - smtpd\n  -o syslog_name=mine\n", "# end\n"],
    becomes: new RegExp(keeping("  -o syslog_name=mine\\n").source.replace("smtps {5}", "submissions ")),
  },
  {
    what: "the port by its number",
    file: (stock) => ["", "465 inet n - y - - smtpd\n", stock],
    becomes: new RegExp(smtps.source.replace("smtps {5}", "465 {7}")),
  },
  {
    what: "no final newline, and our entry the last",
    file: (stock) => [stock, `${stockEntry}  -o syslog_name=mine`, ""],
    becomes: keeping("  -o syslog_name=mine\\n"),
  },
  {
    what: "a symbolic link to another file",
    file: (stock) => [`${stock}# mine\n`, stockEntry, "# end\n"],
    becomes: smtps,
    dress: "mv master.cf /etc/master-of-mail.cf; ln -s ../master-of-mail.cf master.cf",
  },
  {
    what: "owner root:adm and mode 0640",
    file: (stock) => [stock, "", ""],
    becomes: smtps,
    dress: "chown root:adm master.cf; chmod 640 master.cf",
  },
  {
    what: "bytes that are no UTF-8",
    file: (stock) => [`# gr\xfc\xdfe \x80\xff\n${stock}`, stockEntry, "# \xc3\x28\xa0\n"],
    becomes: smtps,
  },
  {
    what: "tabs and odd spacing around the entry, trailing blanks in others",
    file: (stock) => [
      `${stock}odd\tunix  -\t-  n - -   pipe   \n\n\n`,
      "smtps\tinet\tn\t-\tn\t-\t-\tsmtpd\n",
      "\n   \n#\n",
    ],
    becomes: smtps,
  },
];

export const masterRefused: readonly Refused[] = [
  {
    what: "the port is served under its name and under an address",
    file: (stock) => `${stock}smtps inet n - y - - smtpd\n[::1]:465 inet n - y - - smtpd\n`,
    says: /lines [\d–]+ and [\d–]+ both serve port 465, as smtps and as \[::1\]:465/,
  },
  {
    what: "an entry that was broken by hand",
    file: (stock) => `smtps inet n -\n${stock}`,
    says: /line 1 is broken \(4 columns where an entry has 8 or more\): smtps inet n -/,
  },
  {
    what: "another entry that was broken by hand",
    file: (stock) => `# one\n\nfoo unix - - n - - pipe {a\n${stock}`,
    says: /line 3 is broken \(an opening brace without its closing one\)/,
  },
];

const conf = /^pwcheck_method: saslauthd\n$/;
const both = /^pwcheck_method: saslauthd\nmech_list: plain login\n$/;

export const smtpdFiles: readonly Edited[] = [
  { what: "an empty file", file: () => ["", "", ""], becomes: both },
  {
    what: "comments, a commented-out twin and settings of others",
    file: () => [
      "# mine\n#pwcheck_method: saslauthd\nlog_level: 7\n",
      "pwcheck_method: auxprop\n",
      "mech_list: PLAIN LOGIN\n# end\n",
    ],
    becomes: conf,
  },
  {
    what: "a duplicate: the first counts",
    file: () => ["mech_list: login plain\n", "pwcheck_method: auxprop\n", "pwcheck_method: saslauthd\n# end\n"],
    becomes: conf,
  },
  {
    what: "lines that end with CRLF",
    file: () => ["# mine\r\nmech_list: plain login\r\n", "pwcheck_method: auxprop\r\n", "log_level: 7\r\n"],
    becomes: /^pwcheck_method: saslauthd\r\n$/,
  },
  {
    what: "no final newline",
    file: () => ["mech_list: plain login\n# end", "", ""],
    becomes: /^\npwcheck_method: saslauthd\n$/,
  },
  {
    what: "no final newline, and our setting the last",
    file: () => ["mech_list: plain login\n", "pwcheck_method: auxprop", ""],
    becomes: /^pwcheck_method: saslauthd$/,
  },
  {
    what: "odd spacing",
    file: () => ["mech_list:plain   login\n", "  pwcheck_method :\tauxprop  \n", "# end\n"],
    becomes: /^\s*pwcheck_method\s*:\s*saslauthd\s*\n$/,
  },
  {
    what: "a symbolic link to another file",
    file: () => ["mech_list: plain login\n", "pwcheck_method: auxprop\n", "# end\n"],
    becomes: conf,
    dress: "mv sasl/smtpd.conf /etc/sasl-of-mail; ln -s /etc/sasl-of-mail sasl/smtpd.conf",
  },
  {
    what: "owner root:adm, mode 0640 and bytes that are no UTF-8",
    file: () => ["# gr\xfc\xdfe\nmech_list: plain login\n", "pwcheck_method: auxprop\n", "# \x80\n"],
    becomes: conf,
    dress: "chown root:adm sasl/smtpd.conf; chmod 640 sasl/smtpd.conf",
  },
];

const socket = "/var/spool/postfix/var/run/saslauthd";
const options = new RegExp(`^OPTIONS="-c -m ${socket}"\n$`);
const others = 'DESC="SASL"\nNAME="saslauthd"\nMECHANISMS="pam"\nTHREADS=5\n';
const stockOptions = 'OPTIONS="-c -m /var/run/saslauthd"\n';

export const saslauthdFiles: readonly Edited[] = [
  {
    what: "as Debian ships it",
    file: (stock) => {
      const at = stock.indexOf(stockOptions);
      return [stock.slice(0, at), stockOptions, stock.slice(at + stockOptions.length)];
    },
    becomes: options,
  },
  {
    what: "comments, a commented-out twin and a setting of others",
    file: () => [`# mine\n${others}#OPTIONS="-r"\nPARAMS="x"\n`, stockOptions, "# end\n"],
    becomes: options,
  },
  {
    what: "a duplicate: the last counts",
    file: () => [`${others}OPTIONS="-r"\n`, stockOptions, "# end\n"],
    becomes: options,
  },
  {
    what: "no final newline",
    file: () => [`${others}# end`, "", ""],
    becomes: new RegExp(`^\n${options.source.slice(1)}`),
  },
  {
    what: "no final newline, and our setting the last",
    file: () => [others, stockOptions.trimEnd(), ""],
    becomes: new RegExp(`^OPTIONS="-c -m ${socket}"$`),
  },
  {
    what: "single quotes",
    file: () => [others, "OPTIONS='-c -m /var/run/saslauthd'\n", "# end\n"],
    becomes: options,
  },
  {
    what: "no quotes, and a comment behind the value",
    file: () => [`${others.replace("THREADS=5\n", "")}`, "THREADS=9   # many\n", `OPTIONS="-m ${socket} -c"\n`],
    becomes: /^THREADS="9"\n$/,
  },
  {
    what: "a symbolic link to another file",
    file: () => [others, stockOptions, "# end\n"],
    becomes: options,
    dress: "mv /etc/default/saslauthd /etc/default/of-mail; ln -s of-mail /etc/default/saslauthd",
  },
  {
    what: "owner root:adm, mode 0640 and bytes that are no UTF-8",
    file: () => [`# gr\xfc\xdfe\n${others}`, stockOptions, "# \x80\n"],
    becomes: options,
    dress: "chown root:adm /etc/default/saslauthd; chmod 640 /etc/default/saslauthd",
  },
];
