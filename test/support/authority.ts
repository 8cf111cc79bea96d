// A certificate authority of a test's own, on this machine.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Issued {
  /** PEM of the server's certificate. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export class Authority {
  readonly #folder = mkdtempSync(join(tmpdir(), "authority-"));

  constructor() {
    const names = ["-subj", "/CN=An authority of the tests"];
    this.#openssl(["req", "-x509", ...curve, "-days", "100", ...names, "-keyout", "ca.key", "-out", "ca.pem"]);
  }

  /** PEM of the authority itself. */
  get certificate(): string {
    return this.#read("ca.pem");
  }

  /** A certificate for one name or address, valid for some days from now; none = it has run out already. */
  issue(name: string, days: number): Issued {
    const request = ["req", ...curve, "-subj", `/CN=${name}`, "-keyout", "new.key", "-out", "new.csr"];
    this.#openssl(request);
    writeFileSync(
      join(this.#folder, "new.ext"),
      `subjectAltName=${isIP(name) ? "IP" : "DNS"}:${name}\nextendedKeyUsage=serverAuth\n`,
    );
    const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    this.#openssl([
      "x509",
      "-req",
      "-in",
      "new.csr",
      ...signer,
      "-days",
      String(days),
      "-extfile",
      "new.ext",
      "-out",
      "new.pem",
    ]);
    return { certificate: this.#read("new.pem"), key: this.#read("new.key") };
  }

  forget(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #openssl(args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.#folder, stdio: "ignore" });
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), "utf8");
  }
}
