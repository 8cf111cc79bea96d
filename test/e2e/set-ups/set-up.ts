// What a row of the set-ups says.

/** A Postfix as somebody has it who reads postconf(5), master(5) and the pages of Debian and Postfix about such hosts. */
export interface SetUp {
  readonly what: string;
  /** Settings of main.cf, as `postconf -e` takes them. */
  readonly main?: readonly string[];
  /** Lines at the end of master.cf. */
  readonly master?: string;
  /** Shell text that goes before; ADDRESS is the host's. */
  readonly set?: string;
  /** A recipient that whoever has logged in may send to. "alice@localhost" unless set. */
  readonly to?: string;
  /** What `up` warns of. */
  readonly warns?: RegExp;
  /** What the host's own rules answer to RCPT after a login. */
  readonly recipientCode?: number;
  /** What they answer to a message, which no proof sends. */
  readonly messageCode?: number;
  /** Nobody outside can connect. */
  readonly inside?: true;
  /** Why `up` fails; the host is as before then. */
  readonly refused?: RegExp;
}
