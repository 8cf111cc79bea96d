// What tests on real hosts use.
export { argvOf, freshHost, identityOf, listeningPorts, mailUser, setPassword, shell, snapshot } from "./host.ts";
export { accepts, type Login, type LoginAnswer, smtplib } from "./mail-client.ts";
export { type EngineRun, expectSuccess, Stack } from "./stack.ts";
