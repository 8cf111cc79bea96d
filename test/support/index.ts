// What tests on real hosts use.
export { expectSuccess } from "./expect-success.ts";
export {
  argvOf,
  exchangeShell,
  freshHost,
  identityOf,
  listeningPorts,
  mailUser,
  setPassword,
  shell,
  snapshot,
} from "./host.ts";
export { accepts, type Login, type LoginAnswer, smtplib } from "./mail-client.ts";
export { type EngineRun, Stack } from "./stack.ts";
