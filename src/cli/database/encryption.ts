import { type Commands, readArguments } from "../command.ts";
import { printEncryptionStatus } from "./encryption-status.ts";
import { rotateEncryption } from "./rotate-encryption.ts";

export const encryptionCommands: Commands = {
  "encryption status": {
    needs: "existing database",
    usage: "",
    about: "says how many ciphertexts are under which key; exits 1 when a key is missing",
    prepare: (args) => {
      readArguments(args, {});
      return async ({ repository, write }) =>
        (await printEncryptionStatus(repository.secrets, write)) ? 0 : 1;
    },
  },
  "encryption rotate": {
    needs: "existing database",
    usage: "",
    about:
      "encrypts everything anew under the first of PAYOUT_ENCRYPTION_KEYS, while the service runs",
    prepare: (args) => {
      readArguments(args, {});
      return async ({ repository, clock, write, signal }) => {
        const options = { secrets: repository.secrets, clock, write, signal };
        const { remaining } = await rotateEncryption(options);
        return remaining === 0 ? 0 : 1;
      };
    },
  },
};
