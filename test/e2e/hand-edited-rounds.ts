// Twenty files as people leave them: four of a host at once, four times, and four that must not be touched. What each kind of editing may look like stands in the manual
// pages: master(5), postconf(5), systemd.exec(5), and README.Debian of sasl2-bin. Text stands for bytes (latin1).
import type { Debian } from "../../lab/hosts/index.ts";

export interface EditedFile {
  readonly path: string;
  /** From the file as it is shipped. Only the middle may change; "" where something has to be added. */
  readonly file: (stock: string) => readonly [head: string, ours: string, tail: string];
}

export interface Round {
  readonly what: string;
  readonly files: readonly EditedFile[];
  /** Shell text that dresses each file differently: owner, mode, a link in its place. `$path` is the file. */
  readonly dress?: string;
}

const masterCf = "/etc/postfix/master.cf";
const mainCf = "/etc/postfix/main.cf";
const defaultFile = "/etc/default/saslauthd";
const smtpdConf = "/etc/postfix/sasl/smtpd.conf";

const twin = "#smtps inet n - y - - smtpd\n#  -o smtpd_sasl_auth_enable=yes\n";
const bareEntry = "smtps     inet  n       -       y       -       -       smtpd\n";
const others = 'START=yes\nDESC="SASL"\nNAME="saslauthd"\nMECHANISMS="pam"\nTHREADS=5\n';
const stockOptions = 'OPTIONS="-c -m /var/run/saslauthd"\n';
const mechanisms = "mech_list: PLAIN LOGIN\n";
const auxprop = "pwcheck_method: auxprop\n";

const withoutEnd = (text: string) => text.replace(/\r?\n$/, "");
const crlf = (text: string) => text.replaceAll("\n", "\r\n");

export function editedRounds(debian: Debian): readonly Round[] {
  return [
    {
      what: "comments, commented-out twins, continuation lines and macros",
      files: [
        {
          path: masterCf,
          file: (stock) => [
            `# mine\n${stock}${twin}# above\n`,
            "smtps inet n - n - 7 smtpd -v\n  -o syslog_name=mine\n# between\n\n\t-o { smtpd_client_restrictions = permit_mynetworks, reject }\n",
            `# below\nslow unix - - n - - smtp\n  -o syslog_name=\${multi_instance_name?{$multi_instance_name}:{postfix}}/$service_name\n# end\n`,
          ],
        },
        {
          path: mainCf,
          file: (stock) => [
            `# mine\n${stock}#smtpd_banner = twin\nsmtpd_banner = $myhostname\n# between\n\n  ESMTP \${mail_name?{$mail_name}:{mail}}\n`,
            "",
            "",
          ],
        },
        {
          path: defaultFile,
          file: () => [`# mine\n${others}#OPTIONS="-r"\nPARAMS="x"\n`, stockOptions, "# end\n"],
        },
        {
          path: smtpdConf,
          file: () => [
            "# mine\n#pwcheck_method: saslauthd\nlog_level: 3\n",
            "pwcheck_method: auxprop\n",
            `${mechanisms}# end\n`,
          ],
        },
      ],
    },
    {
      what: "duplicates, several entries for a port, and odd spacing",
      files: [
        {
          path: masterCf,
          file: (stock) => [
            `${stock}smtps inet n - n - 7 smtpd -v\n  -o syslog_name=first\n[::1]:587 inet n - y - - smtpd\n127.0.0.1:587 inet n - y - - smtpd\n`,
            "smtps\tinet\tn\t-\ty\t-\t-\tsmtpd\n",
            "slow\tunix  -\t-  n - -   smtp   \n\n   \n#\n",
          ],
        },
        {
          path: mainCf,
          file: (stock) => [`smtpd_banner=first\n${stock}smtpd_banner\t =  $myhostname ESMTP last  \n\n\n`, "", ""],
        },
        { path: defaultFile, file: () => [`${others}OPTIONS="-r"\n`, `  ${stockOptions}`, "# end\n"] },
        {
          path: smtpdConf,
          file: () => ["mech_list:plain   login\n", "  pwcheck_method :\tauxprop  \n", "pwcheck_method: auxprop\n"],
        },
      ],
    },
    {
      what: "no final newline, and lines that end with CRLF",
      files: [
        { path: masterCf, file: (stock) => [withoutEnd(crlf(`${stock}# the end`)), "", ""] },
        { path: mainCf, file: (stock) => [withoutEnd(crlf(`${stock}smtpd_banner = $myhostname ESMTP\n`)), "", ""] },
        // a shell takes the CR for a part of the value: on Debian 12 such a file is refused
        {
          path: defaultFile,
          file: () => (debian === 12 ? [`${others}# end`, "", ""] : [crlf(others), withoutEnd(stockOptions), ""]),
        },
        { path: smtpdConf, file: () => [crlf(mechanisms), withoutEnd(auxprop), ""] },
      ],
    },
    {
      what: "symbolic links, owner root:adm, mode 0640, bytes that are no UTF-8, and ours the last line without a newline",
      files: [
        {
          path: masterCf,
          file: (stock) => [`# gr\xfc\xdfe \x80\xff\n${stock}`, withoutEnd(`${bareEntry}  -o syslog_name=mine\n`), ""],
        },
        { path: mainCf, file: (stock) => [withoutEnd(`# gr\xfc\xdfe \xc3\x28\xa0\n${stock}`), "", ""] },
        {
          path: defaultFile,
          file: () => [`# gr\xfc\xdfe\n${others}# \x80\n`, "OPTIONS='-c -m /var/run/saslauthd'", ""],
        },
        { path: smtpdConf, file: () => [`# gr\xfc\xdfe\n${mechanisms}# \x80\n`, withoutEnd(auxprop), ""] },
      ],
      dress:
        'real=/etc/of-mail-$(basename "$path"); mv "$path" "$real"; ln -s "$real" "$path"; chown root:adm "$real"; chmod 640 "$real"',
    },
  ];
}

/** A file that must not be touched, and what the error quotes. */
export interface RefusedFile {
  readonly what: string;
  readonly path: string;
  readonly file: (stock: string) => string;
  readonly says: RegExp;
}

export function refusedFiles(debian: Debian): readonly RefusedFile[] {
  return [
    {
      what: "master.cf serves the port under its name and under an address",
      path: masterCf,
      file: (stock) => `${bareEntry}[::1]:465 inet n - y - - smtpd\n${stock}`,
      says: /lines [\d–]+ and [\d–]+ both serve port 465, as smtps and as \[::1\]:465/,
    },
    {
      what: "master.cf has an entry that was broken by hand",
      path: masterCf,
      file: (stock) => `# mine\n\nsmtps inet n -\n${stock}`,
      says: /line 3 is broken \(4 columns where an entry has 8 or more\): smtps inet n -/,
    },
    {
      what: "main.cf has a line that sets nothing",
      path: mainCf,
      file: (stock) => `smtpd_banner\n${stock}`,
      says: /main\.cf, line 1: missing '=' after attribute name: "smtpd_banner"/,
    },
    ...(debian === 12
      ? [
          {
            what: "the default file has lines that end with CRLF",
            path: defaultFile,
            file: () => crlf(others + stockOptions),
            says: /line 1 ends with CRLF: START=yes/,
          },
        ]
      : []),
  ];
}
